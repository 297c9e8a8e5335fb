// SPDX-License-Identifier: GPL-3.0-or-later
// A library for LD_PRELOAD that makes chosen system calls and allocations of a program fail. It
// looks at calls that concern files below a folder alone: the start of libraries, /proc, pipes and
// messages do not count. Set in the environment:
//   CLAUSIUS_FAULT         CALL:KIND:K, the K-th call (from 1) of that sort; with a + behind, all
//   from
//                          there on. CALL: open (for writing), write, fsync, rename (link, unlink),
//                          truncate (allocate), close, any (one count for all of these), malloc.
//                          KIND: kill (just before the call), eio, enospc, edquot, fail (no
//                          memory), short (half is written). Without it the calls are only counted.
//   CLAUSIUS_FAULT_FOLDER  that folder, absolute. Relative paths are taken to be below it.
//   CLAUSIUS_FAULT_LOG     file that gets a line for each call, the number of allocations, and
//   where
//                          the fault was and the program crashed, if it did.
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { OPEN, WRITE, FSYNC, RENAME, TRUNCATE, CLOSE, MALLOC, ANY };
static const char *const call_names[] = {"open",     "write", "fsync",  "rename",
                                         "truncate", "close", "malloc", "any"};
enum outcome { GO, FAIL, SHORT };
enum { BELOW = 1, WRITES = 2, FILES = 1024, FRAMES = 64 };

static bool armed; ///< from main() on
static struct {
    enum call call;
    int error; ///< errno of the failure; 0: kill; -1: short
    long at;   ///< 0: nothing fails
    bool on;   ///< and all after it
} plan;
static bool tells_own;             ///< which allocations are the program's own, not a library's
static const void *program;        ///< where it lies
static const void *passed_over[3]; ///< where this library, and those of C and C++ lie
static long counts[ANY + 1];
static char descriptors[FILES];
static const char *folder;
static int log_file = -1;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

/// The function behind the wrapper of the same name, called.
#define REAL(name, ...)                                                                            \
    ({                                                                                             \
        static __typeof__(&name) real;                                                             \
        if (real == NULL) {                                                                        \
            real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                     \
        }                                                                                          \
        real(__VA_ARGS__);                                                                         \
    })

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...) {
    char line[512];
    va_list values;
    va_start(values, format);
    const int length = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    if (log_file >= 0 && length > 0) {
        syscall(SYS_write, log_file, line, (size_t)length < sizeof line ? length : 511);
    }
}

static void tell_place(void) {
    void *frames[FRAMES];
    if (log_file >= 0) {
        backtrace_symbols_fd(frames, backtrace(frames, FRAMES), log_file);
    }
}

static void crash(int number) {
    armed = false;
    tell("crash %d\n", number);
    tell_place();
    signal(number, SIG_DFL);
    raise(number);
}

static void *base_of(const void *address) {
    Dl_info found;
    return dladdr(address, &found) != 0 ? found.dli_fbase : NULL;
}

/// Whether an allocation is the program's own, be it by way of the C and C++ libraries.
static bool is_own(void) {
    void *frames[8];
    const int depth = backtrace(frames, 8);
    for (int i = 0; i < depth; i++) {
        const void *base = base_of(frames[i]);
        if (base != passed_over[0] && base != passed_over[1] && base != passed_over[2]) {
            return base == program;
        }
    }
    return false;
}

/// Counts a call; what is to become of it.
static enum outcome strike(enum call call, const char *name, const char *path) {
    if (!armed) {
        return GO;
    }
    counts[call]++;
    if (call != MALLOC) {
        counts[ANY]++;
        tell("%s %ld %ld %s %s\n", call_names[call], counts[call], counts[ANY], name, path);
    } else if (tells_own && is_own()) {
        tell("own %ld\n", counts[MALLOC]);
    }
    const bool meant = plan.call == call || (plan.call == ANY && call != MALLOC);
    const long count = counts[plan.call];
    if (plan.at == 0 || !meant || count < plan.at || (count > plan.at && !plan.on)) {
        return GO;
    }
    if (plan.error == 0) {
        kill(getpid(), SIGKILL);
    }
    if (count == plan.at) {
        tell("fault %s\n", name);
        tell_place();
    }
    errno = plan.error;
    return plan.error > 0 ? FAIL : SHORT;
}

static bool below(const char *path) {
    const size_t length = folder != NULL ? strlen(folder) : 0;
    return length > 0 && path != NULL &&
           (path[0] != '/' || (strncmp(path, folder, length) == 0 && path[length] == '/'));
}

static bool known(int fd, char bits) {
    return fd >= 0 && fd < FILES && (descriptors[fd] & bits) == bits;
}

static int opened(int fd, const char *path, bool writes) {
    if (fd >= 0 && fd < FILES) {
        descriptors[fd] = below(path) ? (char)(BELOW | (writes ? WRITES : 0)) : 0;
    }
    return fd;
}

static bool writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY; }

#define MODE(flags)                                                                                \
    ({                                                                                             \
        mode_t given = 0;                                                                          \
        if (((flags)&O_CREAT) != 0 || ((flags)&O_TMPFILE) == O_TMPFILE) {                          \
            va_list list;                                                                          \
            va_start(list, flags);                                                                 \
            given = va_arg(list, mode_t);                                                          \
            va_end(list);                                                                          \
        }                                                                                          \
        given;                                                                                     \
    })
#define OPENS(flags, path, ...)                                                                    \
    if (writing(flags) && below(path) && strike(OPEN, __func__, path) == FAIL) {                   \
        return -1;                                                                                 \
    }                                                                                              \
    return opened(__VA_ARGS__, path, writing(flags));
/// A call on a descriptor, or on a path, that fails with -1.
#define FAILS(call, concerned, path, ...)                                                          \
    if ((concerned) && strike(call, __func__, path) == FAIL) {                                     \
        return -1;                                                                                 \
    }                                                                                              \
    return __VA_ARGS__;
/// A call that writes; `half` is the same for half of it.
#define WRITES_TO(fd, half, whole)                                                                 \
    switch (known(fd, BELOW) ? strike(WRITE, __func__, "") : GO) {                                 \
    case FAIL:                                                                                     \
        return -1;                                                                                 \
    case SHORT:                                                                                    \
        return half;                                                                               \
    case GO:                                                                                       \
        break;                                                                                     \
    }                                                                                              \
    return whole;

int open(const char *path, int flags, ...) {
    const mode_t mode = MODE(flags);
    OPENS(flags, path, REAL(open, path, flags, mode))
}
int open64(const char *path, int flags, ...) {
    const mode_t mode = MODE(flags);
    OPENS(flags, path, REAL(open64, path, flags, mode))
}
int openat(int at, const char *path, int flags, ...) {
    const mode_t mode = MODE(flags);
    OPENS(flags, path, REAL(openat, at, path, flags, mode))
}
int openat64(int at, const char *path, int flags, ...) {
    const mode_t mode = MODE(flags);
    OPENS(flags, path, REAL(openat64, at, path, flags, mode))
}
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __open_2(const char *path, int flags) { return open(path, flags); }
int __open64_2(const char *path, int flags) { return open64(path, flags); }
int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int mkostemp(char *path, int flags) { OPENS(O_RDWR, path, REAL(mkostemp, path, flags)) }
int mkstemp(char *path) { return mkostemp(path, 0); }

ssize_t write(int fd, const void *data, size_t size){
    WRITES_TO(fd, REAL(write, fd, data, (size + 1) / 2), REAL(write, fd, data, size))} ssize_t
    pwrite(int fd, const void *data, size_t size,
           off_t at){WRITES_TO(fd, REAL(pwrite, fd, data, (size + 1) / 2, at),
                               REAL(pwrite, fd, data, size, at))} ssize_t
    pwrite64(int fd, const void *data, size_t size,
             off64_t at){WRITES_TO(fd, REAL(pwrite64, fd, data, (size + 1) / 2, at),
                                   REAL(pwrite64, fd, data, size, at))} ssize_t
    writev(int fd, const struct iovec *parts,
           int count){WRITES_TO(fd, REAL(write, fd, parts[0].iov_base, (parts[0].iov_len + 1) / 2),
                                REAL(writev, fd, parts, count))} ssize_t
    pwritev(int fd, const struct iovec *parts, int count, off_t at){
        WRITES_TO(fd, REAL(pwrite, fd, parts[0].iov_base, (parts[0].iov_len + 1) / 2, at),
                  REAL(pwritev, fd, parts, count, at))} ssize_t
    pwritev64(int fd, const struct iovec *parts, int count, off64_t at){
        WRITES_TO(fd, REAL(pwrite64, fd, parts[0].iov_base, (parts[0].iov_len + 1) / 2, at),
                  REAL(pwritev64, fd, parts, count, at))} ssize_t
    copy_file_range(int from, off64_t *at, int to, off64_t *to_at, size_t size, unsigned flags) {
    WRITES_TO(to, REAL(copy_file_range, from, at, to, to_at, (size + 1) / 2, flags),
              REAL(copy_file_range, from, at, to, to_at, size, flags))
}

int fsync(int fd) { FAILS(FSYNC, known(fd, BELOW), "", REAL(fsync, fd)) }
int fdatasync(int fd) { FAILS(FSYNC, known(fd, BELOW), "", REAL(fdatasync, fd)) }
int rename(const char *from, const char *to) {
    FAILS(RENAME, below(to), to, REAL(rename, from, to))
}
int renameat(int a, const char *from, int b, const char *to) {
    FAILS(RENAME, below(to), to, REAL(renameat, a, from, b, to))
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    FAILS(RENAME, below(to), to, REAL(renameat2, a, from, b, to, flags))
}
int link(const char *from, const char *to) { FAILS(RENAME, below(to), to, REAL(link, from, to)) }
int linkat(int a, const char *from, int b, const char *to, int flags) {
    FAILS(RENAME, below(to), to, REAL(linkat, a, from, b, to, flags))
}
int unlink(const char *path) { FAILS(RENAME, below(path), path, REAL(unlink, path)) }
int unlinkat(int at, const char *path, int flags) {
    FAILS(RENAME, below(path), path, REAL(unlinkat, at, path, flags))
}
int remove(const char *path) { FAILS(RENAME, below(path), path, REAL(remove, path)) }
int ftruncate(int fd, off_t size) {
    FAILS(TRUNCATE, known(fd, BELOW), "", REAL(ftruncate, fd, size))
}
int ftruncate64(int fd, off64_t size) {
    FAILS(TRUNCATE, known(fd, BELOW), "", REAL(ftruncate64, fd, size))
}
int fallocate(int fd, int mode, off_t at, off_t size) {
    FAILS(TRUNCATE, known(fd, BELOW), "", REAL(fallocate, fd, mode, at, size))
}
int fallocate64(int fd, int mode, off64_t at, off64_t size) {
    FAILS(TRUNCATE, known(fd, BELOW), "", REAL(fallocate64, fd, mode, at, size))
}
/// A close() that fails has closed nevertheless.
int close(int fd) {
    const bool fails = known(fd, BELOW | WRITES) && strike(CLOSE, __func__, "") == FAIL;
    const int error = errno;
    const int result = REAL(close, opened(fd, NULL, false));
    errno = fails ? error : errno;
    return fails ? -1 : result;
}

// Streams: the C library writes their buffers with calls of its own, so that all is told at the
// end.
static FILE *stream_opened(FILE *stream, const char *path, const char *mode) {
    if (stream != NULL) {
        opened(fileno(stream), path, mode[0] != 'r');
    }
    return stream;
}
FILE *fopen(const char *path, const char *mode) {
    if (mode[0] != 'r' && below(path) && strike(OPEN, __func__, path) == FAIL) {
        return NULL;
    }
    return stream_opened(REAL(fopen, path, mode), path, mode);
}
FILE *fopen64(const char *path, const char *mode) {
    if (mode[0] != 'r' && below(path) && strike(OPEN, __func__, path) == FAIL) {
        return NULL;
    }
    return stream_opened(REAL(fopen64, path, mode), path, mode);
}
int fclose(FILE *stream) {
    const int fd = fileno(stream);
    bool fails = false;
    int error = 0;
    if (known(fd, BELOW | WRITES)) {
        fails = strike(WRITE, __func__, "") == FAIL;
        if (fails) {
            __fpurge(stream);
        } else {
            fails = strike(CLOSE, __func__, "") == FAIL;
        }
        error = errno;
    }
    opened(fd, NULL, false);
    const int result = REAL(fclose, stream);
    errno = fails ? error : errno;
    return fails ? EOF : result;
}

/// A library that ends the program takes its message with it.
__attribute__((noreturn)) void exit(int code) {
    tell("exit %d\n", code);
    tell_place();
    REAL(exit, code);
    __builtin_unreachable();
}

void *malloc(size_t size) {
    return strike(MALLOC, __func__, "") == FAIL ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    return strike(MALLOC, __func__, "") == FAIL ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    return strike(MALLOC, __func__, "") == FAIL ? NULL : __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    return strike(MALLOC, __func__, "") == FAIL ? NULL : __libc_memalign(alignment, size);
}
void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    void *memory = aligned_alloc(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *result = memory;
    return 0;
}

/// Reads the environment; false where it makes no sense.
static bool read_plan(const char *text) {
    static const struct {
        const char *name;
        int error;
    } kinds[] = {{"kill", 0},        {"eio", EIO},     {"enospc", ENOSPC},
                 {"edquot", EDQUOT}, {"fail", ENOMEM}, {"short", -1}};
    char call[16], kind[16], more = '\0';
    if (sscanf(text, "%15[a-z]:%15[a-z]:%ld%c", call, kind, &plan.at, &more) < 3) {
        return false;
    }
    plan.on = more == '+';
    for (plan.call = OPEN; plan.call < ANY && strcmp(call, call_names[plan.call]) != 0;) {
        plan.call++;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kind, kinds[i].name) == 0) {
            plan.error = kinds[i].error;
            return plan.at > 0 && strcmp(call, call_names[plan.call]) == 0;
        }
    }
    return false;
}

static int (*true_main)(int, char **, char **);

static void arm(void) {
    static char stack[65536];
    static void *frames[1];
    const char *text = getenv("CLAUSIUS_FAULT"), *path = getenv("CLAUSIUS_FAULT_LOG");
    folder = getenv("CLAUSIUS_FAULT_FOLDER");
    tells_own = text != NULL && strcmp(text, "own") == 0;
    if (text != NULL && !tells_own && !read_plan(text)) {
        static const char complaint[] = "CLAUSIUS_FAULT is not CALL:KIND:K\n";
        syscall(SYS_write, STDERR_FILENO, complaint, sizeof complaint - 1);
        _exit(99);
    }
    if (path != NULL) {
        log_file = (int)syscall(SYS_openat, AT_FDCWD, path,
                                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    }
    program = base_of((const void *)true_main);
    passed_over[0] = base_of((const void *)arm);
    passed_over[1] = base_of((const void *)getpid);
    passed_over[2] = base_of(dlsym(RTLD_DEFAULT, "_Znwm"));
    // A first trace loads a library, and allocates.
    backtrace(frames, 1);
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&own, NULL);
    const struct sigaction action = {.sa_handler = crash,
                                     .sa_flags = SA_ONSTACK | (int)SA_RESETHAND};
    static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        sigaction(fatal[i], &action, NULL);
    }
    armed = true;
}

static int armed_main(int argc, char **argv, char **environment) {
    arm();
    const int code = true_main(argc, argv, environment);
    tell("malloc %ld\n", counts[MALLOC]);
    return code;
}
int __libc_start_main(int (*main)(int, char **, char **), int, char **, void (*)(void),
                      void (*)(void), void (*)(void), void *);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*unload)(void), void *end) {
    true_main = main;
    return REAL(__libc_start_main, armed_main, argc, argv, init, fini, unload, end);
}
