// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/clausius/programs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/command_line.h"
#include "io/parameters.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char prefix[] = "clausius-";

/// Programs of the suite that solve nothing.
static const char *const tools[] = {"analyze", "repair", "reproduce", "join", "converge"};

/// Python programs, started by name as well.
static const struct {
    const char *name, *description;
} scripts[] = {
    {"plot", "draw one picture of a run"},
    {"animate", "make a movie of a run"},
    {"to-csv", "write tables of a run"},
    {"compare-regimes", "run the shipped regimes of a model, and tell which are distinguishable"},
};

/* Folders */

void front_own_folder(char folder[FRONT_PATH]) {
    const ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    folder[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[1] = '\0';
    } else {
        folder[0] = '\0';
    }
}

bool front_data_path(const char *name, char path[FRONT_PATH]) {
    // As installed; and as in a build folder, where it is a link to the sources.
    static const char *const folders[] = {CLAUSIUS_DATA, "../share/clausius"};
    char own[FRONT_PATH];
    front_own_folder(own);
    for (size_t i = 0; i < COUNT(folders); i++) {
        const int length = snprintf(path, FRONT_PATH, "%s%s/%s", own, folders[i], name);
        if (length > 0 && length < FRONT_PATH && access(path, F_OK) == 0) {
            return true;
        }
    }
    return false;
}

/* Help */

static bool is_tool(const char *name) {
    for (size_t i = 0; i < COUNT(tools); i++) {
        if (strcmp(name, tools[i]) == 0) {
            return true;
        }
    }
    return false;
}

/// Path of the program clausius-NAME beside this one, false if it is none.
static bool is_program(const char *file, char path[FRONT_PATH]) {
    struct stat information;
    front_own_folder(path);
    const size_t used = strlen(path);
    const int length = snprintf(path + used, FRONT_PATH - used, "%s", file);
    return length > 0 && (size_t)length < FRONT_PATH - used && stat(path, &information) == 0 &&
           S_ISREG(information.st_mode) && access(path, X_OK) == 0;
}

static int begins_well(const struct dirent *entry) {
    return strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
}

/// Files beside this program with the suite's prefix, in order of their names; owned, each of them
/// and the array.
static size_t find_beside(struct dirent ***entries) {
    char folder[FRONT_PATH];
    *entries = NULL;
    front_own_folder(folder);
    const int count = folder[0] != '\0' ? scandir(folder, entries, begins_well, alphasort) : 0;
    return count > 0 ? (size_t)count : 0;
}

/// Runs `PATH --description` and takes the first line of what it says, without its end; false if
/// it does not start or fails.
static bool ask(const char *path, char *answer, size_t size) {
    int ends[2];
    int status = -1;
    answer[0] = '\0';
    if (pipe(ends) != 0) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(path, path, "--description", (char *)NULL);
        fprintf(stderr, "%s\n", strerror(errno));
        _exit(127);
    }
    close(ends[1]);
    FILE *stream = child > 0 ? fdopen(ends[0], "r") : NULL;
    if (stream == NULL) {
        close(ends[0]);
    } else {
        if (fgets(answer, (int)size, stream) == NULL) {
            answer[0] = '\0';
        }
        char rest[256];
        while (fread(rest, 1, sizeof rest, stream) > 0) {
        }
        fclose(stream);
    }
    answer[strcspn(answer, "\n")] = '\0';
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 && answer[0] != '\0';
}

struct census {
    size_t found, broken;
};

/// Names the solvers, or the tools, in this program's folder, each with its own words.
static struct census list_programs(bool wanted_tools, FILE *stream) {
    struct census census = {0};
    struct dirent **entries = NULL;
    const size_t count = find_beside(&entries);
    for (size_t i = 0; i < count; i++) {
        char path[FRONT_PATH];
        char answer[256];
        const char *name = entries[i]->d_name + strlen(prefix);
        if (is_tool(name) == wanted_tools && is_program(entries[i]->d_name, path)) {
            census.found++;
            if (ask(path, answer, sizeof answer)) {
                clau_print_item(name, answer, 2, stream);
            } else {
                census.broken++;
                fprintf(stream, "  %-21s does not start: %s\n", name, answer);
            }
        }
        free(entries[i]);
    }
    free(entries);
    return census;
}

static void list_scripts(FILE *stream) {
    for (size_t i = 0; i < COUNT(scripts); i++) {
        char name[64];
        char path[FRONT_PATH];
        snprintf(name, sizeof name, "scripts/%s", scripts[i].name);
        if (front_data_path(name, path)) {
            clau_print_item(scripts[i].name, scripts[i].description, 2, stream);
        }
    }
}

bool front_print_help(FILE *stream) {
    fputs(
        "usage: clausius SOLVER CONFIG.toml [options]\n"
        "       clausius run CONFIG.toml [options]    (the file's `solver` key names the solver)\n"
        "       clausius TOOL ...\n"
        "\n"
        "solvers:\n",
        stream);
    fflush(stream);
    const struct census solvers = list_programs(false, stream);
    if (solvers.found == 0) {
        fputs("  none found beside this program\n", stream);
    }
    fputs("\ntools:\n", stream);
    fflush(stream);
    const struct census others = list_programs(true, stream);
    clau_print_item("config", "list the configurations that come with the suite, or print one", 2,
                    stream);
    list_scripts(stream);
    fputs("\n`clausius SOLVER --help` lists the options, `clausius SOLVER --list` its keys.\n",
          stream);
    return solvers.found > 0 && solvers.broken + others.broken == 0;
}

/* Start */

/// The program's name as a user would call it who called this one by `called`: in the same folder,
/// or found on PATH.
static void name_beside(const char *called, const char *name, char text[FRONT_PATH]) {
    const char *slash = strrchr(called, '/');
    const int folder = slash != NULL ? (int)(slash + 1 - called) : 0;
    snprintf(text, FRONT_PATH, "%.*s%s", folder, called, name);
}

static int become_script(const char *name, char **argv) {
    char file[64];
    char path[FRONT_PATH];
    char own[FRONT_PATH];
    snprintf(file, sizeof file, "scripts/%s", name);
    if (!front_data_path(file, path)) {
        fprintf(stderr, "clausius: %s is not installed with this program\n", name);
        return 1;
    }
    // Those that run solvers look there.
    front_own_folder(own);
    setenv("CLAUSIUS_PROGRAMS", own, 1);
    argv[0] = path;
    execv(path, argv);
    fprintf(stderr, "clausius: %s does not start: %s%s\n", path, strerror(errno),
            errno == ENOENT ? ": is the Debian package python3 installed?" : "");
    return 1;
}

static bool is_script(const char *name) {
    for (size_t i = 0; i < COUNT(scripts); i++) {
        if (strcmp(name, scripts[i].name) == 0) {
            return true;
        }
    }
    return false;
}

/// The command that a wrong name may stand for, among those that are there; empty if none is near.
static void guess(const char *wrong, char near[64]) {
    struct dirent **entries = NULL;
    struct clau_entry_search search = {.name = wrong, .distance = CLAU_ENTRY_FAR};
    const size_t count = find_beside(&entries);
    for (size_t i = 0; i < count; i++) {
        clau_entry_matches(&search, "%s", entries[i]->d_name + strlen(prefix));
        free(entries[i]);
    }
    free(entries);
    for (size_t i = 0; i < COUNT(scripts); i++) {
        clau_entry_matches(&search, "%s", scripts[i].name);
    }
    clau_entry_matches(&search, "run");
    clau_entry_matches(&search, "config");
    snprintf(near, 64, "%.63s", search.distance < CLAU_ENTRY_FAR ? search.nearest : "");
}

int front_become(const char *called, const char *name, char **argv) {
    char path[FRONT_PATH];
    char shown[FRONT_PATH];
    char program[128];
    char near[64] = "";
    if (is_script(name)) {
        return become_script(name, argv);
    }
    // A name with a slash would run a program elsewhere.
    if (strchr(name, '/') == NULL && strlen(name) < 64) {
        snprintf(program, sizeof program, "%s%s", prefix, name);
        front_own_folder(path);
        strcat(path, program);
        name_beside(called, program, shown);
        argv[0] = shown;
        execv(path, argv);
        if (errno == ENOENT) {
            execvp(program, argv);
        }
        if (errno != ENOENT) {
            fprintf(stderr, "clausius: %s does not start: %s\n", path, strerror(errno));
            return 1;
        }
        guess(name, near);
    }
    fprintf(stderr, "clausius: no solver '%s'%s%s%s\n", name,
            near[0] != '\0' ? "; did you mean " : "", near,
            near[0] != '\0' ? "?" : "; clausius --help lists them");
    return 2;
}
