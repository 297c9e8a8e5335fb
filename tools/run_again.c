// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/run_again.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/toml.h"
#include "io/whole_file.h"

static enum clau_status no_memory(struct clau_error *error) {
    return clau_error_set(error, CLAU_NO_MEMORY, "out of memory");
}

/* Signals */

/// Those that end a program, and the end of a child.
static void fill_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGQUIT);
    sigaddset(set, SIGPIPE);
    sigaddset(set, SIGCHLD);
}

void tools_run_init(struct tools_run *run) {
    sigset_t set;
    *run = (struct tools_run){0};
    fill_signals(&set);
    sigprocmask(SIG_BLOCK, &set, &run->before);
}

int tools_signal(struct tools_run *run) {
    const struct timespec now = {0};
    sigset_t set;
    fill_signals(&set);
    sigdelset(&set, SIGCHLD);
    const int signal = run->signal == 0 ? sigtimedwait(&set, NULL, &now) : 0;
    if (signal > 0) {
        run->signal = signal;
    }
    return run->signal;
}

/// Waits for the child's end; a signal ends it at once. Its files go with the folder.
static int wait_for(struct tools_run *run, pid_t child) {
    sigset_t set;
    int status = 0;
    fill_signals(&set);
    while (waitpid(child, &status, WNOHANG) == 0) {
        const int signal = sigwaitinfo(&set, NULL);
        if (signal > 0 && signal != SIGCHLD) {
            run->signal = signal;
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            break;
        }
    }
    return status;
}

/* The folder */

static int remove_entry(const char *path, const struct stat *entry, int type, struct FTW *walk) {
    (void)entry, (void)type, (void)walk;
    return remove(path);
}

int tools_run_finish(struct tools_run *run) {
    tools_signal(run);
    if (run->folder != NULL) {
        nftw(run->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    }
    free(run->folder);
    free(run->output);
    const int signal = run->signal;
    sigprocmask(SIG_SETMASK, &run->before, NULL);
    *run = (struct tools_run){0};
    return signal;
}

/// The folder part of a path with its slash; empty if there is none.
static int folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (int)(slash + 1 - path) : 0;
}

/// In $TMPDIR, or else beside the dataset, where there is room for its like, or else in /tmp.
static enum clau_status make_folder(struct tools_run *run, const char *dataset,
                                    struct clau_error *error) {
    const char *chosen = getenv("TMPDIR");
    char *folders[2] = {NULL, NULL};
    if (asprintf(&folders[0], "%s/clausius-XXXXXX", chosen != NULL ? chosen : "/tmp") < 0) {
        return no_memory(error);
    }
    if (asprintf(&folders[1], "%.*sclausius-XXXXXX", folder_length(dataset), dataset) < 0) {
        free(folders[0]);
        return no_memory(error);
    }
    const int first = chosen != NULL ? 0 : 1;
    for (int i = 0; i < 2 && run->folder == NULL; i++) {
        run->folder = mkdtemp(folders[i == 0 ? first : 1 - first]);
    }
    const int cause = errno;
    for (int i = 0; i < 2; i++) {
        if (folders[i] != run->folder) {
            free(folders[i]);
        }
    }
    return run->folder != NULL ? CLAU_OK
                               : clau_error_set(error, CLAU_IO_FAILED,
                                                "no folder for the new run: %s", strerror(cause));
}

/* The command line */

enum { WORDS = 64 };

struct command {
    char *words[WORDS + 1]; ///< malloc'ed
    size_t count;
    bool no_memory;
};

static void add(struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct command *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *word = NULL;
    if (command->count == WORDS || vasprintf(&word, format, arguments) < 0) {
        command->no_memory = true;
    } else {
        command->words[command->count++] = word;
    }
    va_end(arguments);
}

static void clear(struct command *command) {
    for (size_t i = 0; i < command->count; i++) {
        free(command->words[i]);
    }
}

/// The program beside this one.
static enum clau_status find_solver(const char *solver, char path[PATH_MAX + 128],
                                    struct clau_error *error) {
    char own[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = '\0';
    snprintf(path, PATH_MAX + 128, "%.*sclausius-%s", folder_length(own), own, solver);
    return access(path, X_OK) == 0
               ? CLAU_OK
               : clau_error_set(error, CLAU_BAD_INPUT, "%s: %s", path, strerror(errno));
}

static bool text_at(const struct clau_toml *document, size_t index, const char *key,
                    const char **text) {
    char path[64];
    snprintf(path, sizeof path, "initial.%zu.%s", index, key);
    const struct clau_toml_node *node = clau_toml_find(document, path);
    return node != NULL && clau_toml_string(node, text);
}

/// --set initial.K.path="...": a text in TOML's syntax.
static void add_path(struct command *command, size_t index, const char *path) {
    char *text = calloc(2 * strlen(path) + 1, 1);
    if (text == NULL) {
        command->no_memory = true;
        return;
    }
    char *end = text;
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            *end++ = '\\';
        }
        *end++ = *c;
    }
    add(command, "--set");
    add(command, "initial.%zu.path=\"%s\"", index, text);
    free(text);
}

/// A relative path was relative to the configuration, whose folder the file does not tell: it is
/// looked for from here, and beside the dataset.
static enum clau_status add_initial_file(struct command *command, size_t index, const char *path,
                                         const char *dataset, struct clau_error *error) {
    char found[PATH_MAX], beside[2 * PATH_MAX];
    snprintf(beside, sizeof beside, "%.*s%s", folder_length(dataset), dataset, path);
    if (realpath(path, found) != NULL || (path[0] != '/' && realpath(beside, found) != NULL)) {
        add_path(command, index, found);
        return CLAU_OK;
    }
    return clau_error_set(error, CLAU_BAD_INPUT, "%s: its run began with the file %s, which is %s",
                          dataset, path,
                          path[0] == '/' ? "not there" : "neither here nor beside it");
}

static enum clau_status add_initial_files(struct command *command, const struct tools_job *job,
                                          struct clau_error *error) {
    struct clau_toml *document = NULL;
    enum clau_status status = clau_toml_parse_text(job->config, job->dataset, &document, error);
    const size_t count = status == CLAU_OK && clau_toml_find(document, "initial") != NULL
                             ? clau_toml_size(clau_toml_find(document, "initial"))
                             : 0;
    for (size_t i = 0; i < count && status == CLAU_OK; i++) {
        const char *kind = NULL, *path = NULL;
        if (text_at(document, i, "kind", &kind) && strcmp(kind, "file") == 0 &&
            text_at(document, i, "path", &path)) {
            status = add_initial_file(command, i, path, job->dataset, error);
        }
    }
    clau_toml_destroy(document);
    return status;
}

/// Nothing but the output is wanted: none of these keys changes a number.
static enum clau_status make_command(struct command *command, const struct tools_run *run,
                                     const struct tools_job *job, const char *config,
                                     struct clau_error *error) {
    char solver[PATH_MAX + 128];
    enum clau_status status = find_solver(job->solver, solver, error);
    if (status != CLAU_OK) {
        return status;
    }
    add(command, "%s", solver);
    add(command, "%s", config);
    add(command, "--quiet");
    add(command, "--output=%s", run->output);
    add(command, "--set");
    add(command, "output.sidecar=false");
    add(command, "--set");
    add(command, "output.checkpoint_every=0.0");
    if (job->threads > 0) {
        add(command, "--threads=%lld", (long long)job->threads);
    }
    if (!isnan(job->end)) {
        add(command, "--set");
        add(command, "time.end=%.17e", job->end);
    }
    status = add_initial_files(command, job, error);
    return status == CLAU_OK && command->no_memory ? no_memory(error) : status;
}

/* The run */

static pid_t start(const struct tools_run *run, const struct command *command,
                   const char *messages) {
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    sigprocmask(SIG_SETMASK, &run->before, NULL);
    if (freopen(messages, "w", stderr) == NULL || freopen("/dev/null", "r", stdin) == NULL) {
        _exit(127);
    }
    execv(command->words[0], command->words);
    fprintf(stderr, "%s: %s\n", command->words[0], strerror(errno));
    fflush(stderr);
    _exit(127);
}

/// The last line that the run said, without the name of the temporary configuration.
static void read_reason(const char *messages, const char *config, char reason[512]) {
    void *bytes = NULL;
    size_t count = 0;
    snprintf(reason, 512, "it gives no reason");
    if (clau_whole_file_read(messages, &bytes, &count, NULL) != CLAU_OK || count == 0) {
        free(bytes);
        return;
    }
    char *text = bytes;
    text[count - 1] = '\0'; // the last end of a line
    char *line = strrchr(text, '\n');
    line = line != NULL ? line + 1 : text;
    const size_t length = strlen(config);
    if (strncmp(line, config, length) == 0) {
        line += length + strspn(line + length, ":0123456789 ");
    }
    snprintf(reason, 512, "%s", line);
    free(bytes);
}

static enum clau_status judge(const struct tools_run *run, const struct tools_job *job, int status,
                              const char *messages, const char *config, struct clau_error *error) {
    char reason[512];
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (run->signal != 0 || code == 0 ||
        (code == 1 && job->may_fail && access(run->output, R_OK) == 0)) {
        return CLAU_OK;
    }
    if (code < 0) {
        return clau_error_set(error, CLAU_IO_FAILED, "%s: the new run was ended by signal %d",
                              job->dataset, WTERMSIG(status));
    }
    read_reason(messages, config, reason);
    if (code == 2) {
        return clau_error_set(error, CLAU_BAD_INPUT,
                              "%s: clausius-%s does not take its configuration: %s", job->dataset,
                              job->solver, reason);
    }
    return clau_error_set(error, CLAU_IO_FAILED, "%s: the new run failed: %s", job->dataset,
                          reason);
}

static enum clau_status run_in_folder(struct tools_run *run, const struct tools_job *job,
                                      const char *config, const char *messages,
                                      struct clau_error *error) {
    struct command command = {.count = 0};
    const struct clau_bytes text = {job->config, strlen(job->config)};
    const struct clau_whole_file file = {.path = config, .parts = &text, .part_count = 1};
    enum clau_status status = clau_whole_files_write(&file, 1, error);
    if (status == CLAU_OK) {
        status = make_command(&command, run, job, config, error);
    }
    if (status == CLAU_OK) {
        const pid_t child = start(run, &command, messages);
        status = child < 0 ? clau_error_set(error, CLAU_IO_FAILED, "%s: %s", command.words[0],
                                            strerror(errno))
                           : judge(run, job, wait_for(run, child), messages, config, error);
    }
    clear(&command);
    return status;
}

enum clau_status tools_run_again(struct tools_run *run, const struct tools_job *job,
                                 struct clau_error *error) {
    char *config = NULL, *messages = NULL;
    enum clau_status status = make_folder(run, job->dataset, error);
    if (status != CLAU_OK) {
        return status;
    }
    if (asprintf(&config, "%s/config.toml", run->folder) < 0) {
        config = NULL;
    }
    if (asprintf(&messages, "%s/messages", run->folder) < 0) {
        messages = NULL;
    }
    if (job->output != NULL) {
        run->output = strdup(job->output);
    } else if (asprintf(&run->output, "%s/again.nc", run->folder) < 0) {
        run->output = NULL;
    }
    status = config != NULL && messages != NULL && run->output != NULL
                 ? run_in_folder(run, job, config, messages, error)
                 : no_memory(error);
    free(config);
    free(messages);
    return status;
}
