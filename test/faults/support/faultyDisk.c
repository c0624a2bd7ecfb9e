/*
 * Preloaded into a program, it makes calls that touch one folder fail, as a full or broken disk, a lost share or a power
 * switch would. Only calls below the folder count; everything else goes its way.
 *
 * FAULT_FOLDER  absolute path of the folder
 * FAULT_LOG     file to which a line "<call> <path inside the folder>" is appended for each call that counts, with the
 *               word "fails" behind it where it does
 * FAULT_NAME    a piece of the path of those that count; all when it is not set
 * FAULT_CALL    the kind of those that count, such as "mkdir"; every kind when it is not set
 * FAULT_AT      number of the first call that fails, from 1; none when it is not set
 * FAULT_TO      number of the last one; the same as the first when it is not set
 * FAULT_WHILE   a file: calls count only while it is there
 * FAULT_WITH    "kill", or the number of an error, or "short": a write takes half, and all later ones find the disk full
 * FAULT_WHEN    "before" the call is carried out (and it is not), or "after" it was, as when only the answer is lost
 * FAULT_LINKLESS  when it is set, no file gets a second name, as on a FAT disk
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PASS, FAIL_BEFORE, FAIL_AFTER, SHORT };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static char names[4096][512];
static long count;
static int isFull;

static long number(const char *variable, long otherwise) {
    const char *text = getenv(variable);
    return text == NULL ? otherwise : atol(text);
}

static const char *inside(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    size_t length = folder == NULL ? 0 : strlen(folder);
    if (length == 0 || path == NULL || strncmp(path, folder, length) != 0) return NULL;
    if (path[length] != '\0' && path[length] != '/') return NULL;
    return path[length] == '/' ? path + length + 1 : path + length;
}

static void note(const char *call, const char *name, int fate) {
    const char *log = getenv("FAULT_LOG");
    if (log == NULL) return;
    char line[700];
    int length = snprintf(line, sizeof line, "%s %s%s\n", call, name, fate == PASS ? "" : " fails");
    int file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (file >= 0) {
        syscall(SYS_write, file, line, length);
        syscall(SYS_close, file);
    }
}

static void strike(void) {
    const char *with = getenv("FAULT_WITH");
    if (isFull) errno = ENOSPC;
    else if (with != NULL && strcmp(with, "kill") != 0) errno = atoi(with);
    else {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

static int counts(const char *call, const char *name) {
    const char *kind = getenv("FAULT_CALL");
    const char *piece = getenv("FAULT_NAME");
    const char *condition = getenv("FAULT_WHILE");
    if (kind != NULL && strcmp(call, kind) != 0) return 0;
    if (piece != NULL && strstr(name, piece) == NULL) return 0;
    return condition == NULL || syscall(SYS_faccessat, AT_FDCWD, condition, F_OK) == 0;
}

static int decide(const char *call, long at) {
    int isWrite = strstr(call, "write") != NULL;
    if (isFull) return isWrite ? FAIL_BEFORE : PASS;
    long from = number("FAULT_AT", 0);
    if (from == 0 || at < from || at > number("FAULT_TO", from)) return PASS;
    const char *with = getenv("FAULT_WITH");
    if (with != NULL && strcmp(with, "short") == 0) {
        isFull = isWrite;
        return isWrite ? SHORT : PASS;
    }
    const char *when = getenv("FAULT_WHEN");
    return when != NULL && strcmp(when, "after") == 0 ? FAIL_AFTER : FAIL_BEFORE;
}

/* What becomes of a call: counts it, writes it down, and where it is to fail before it is carried out, sets errno. */
static int arrive(const char *call, const char *path) {
    const char *name = inside(path);
    if (name == NULL) return PASS;
    int fate = PASS;
    if (counts(call, name)) {
        pthread_mutex_lock(&guard);
        fate = decide(call, ++count);
        note(call, name, fate);
        pthread_mutex_unlock(&guard);
    }
    if (fate == FAIL_BEFORE) strike();
    else if (strcmp(call, "link") == 0 && getenv("FAULT_LINKLESS") != NULL) {
        errno = EPERM;
        return FAIL_BEFORE;
    }
    return fate;
}

static const char *nameOf(int file) { return file >= 0 && file < 4096 && names[file][0] != '\0' ? names[file] : NULL; }

static void remember(int file, const char *path) {
    if (file >= 0 && file < 4096) snprintf(names[file], sizeof names[file], "%s", path == NULL ? "" : path);
}

#define REAL(type, name, parameters)                                                                                   \
    static type(*real) parameters;                                                                                     \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name)

#define CALL(type, failed, name, path, parameters, arguments)                                                          \
    type name parameters {                                                                                             \
        REAL(type, name, parameters);                                                                                  \
        int fate = arrive(#name, path);                                                                                \
        if (fate == FAIL_BEFORE) return failed;                                                                        \
        type result = real arguments;                                                                                  \
        if (fate != FAIL_AFTER) return result;                                                                         \
        strike();                                                                                                      \
        return failed;                                                                                                 \
    }

#define WRITE(name, parameters, arguments, half)                                                                       \
    ssize_t name parameters {                                                                                          \
        REAL(ssize_t, name, parameters);                                                                               \
        int fate = arrive(#name, nameOf(file));                                                                        \
        if (fate == FAIL_BEFORE) return -1;                                                                            \
        if (fate == SHORT) half;                                                                                       \
        ssize_t result = real arguments;                                                                               \
        if (fate != FAIL_AFTER) return result;                                                                         \
        strike();                                                                                                      \
        return -1;                                                                                                     \
    }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = va_arg(more, mode_t);                                                                            \
        va_end(more);                                                                                                  \
        REAL(int, name, (const char *, int, ...));                                                                     \
        int fate = arrive(flags & O_CREAT ? "create" : "open", path);                                                  \
        if (fate == FAIL_BEFORE) return -1;                                                                            \
        int file = real(path, flags, mode);                                                                            \
        if (fate == FAIL_AFTER) {                                                                                      \
            if (file >= 0) syscall(SYS_close, file);                                                                   \
            strike();                                                                                                  \
            return -1;                                                                                                 \
        }                                                                                                              \
        if (inside(path) != NULL) remember(file, path);                                                                \
        return file;                                                                                                   \
    }

OPEN(open)
OPEN(open64)
CALL(int, -1, mkdir, path, (const char *path, mode_t mode), (path, mode))
CALL(int, -1, rmdir, path, (const char *path), (path))
CALL(int, -1, unlink, path, (const char *path), (path))
CALL(int, -1, rename, to, (const char *from, const char *to), (from, to))
CALL(int, -1, link, to, (const char *from, const char *to), (from, to))
CALL(int, -1, chmod, path, (const char *path, mode_t mode), (path, mode))
CALL(int, -1, access, path, (const char *path, int mode), (path, mode))
CALL(ssize_t, -1, readlink, path, (const char *path, char *to, size_t size), (path, to, size))
CALL(char *, NULL, realpath, path, (const char *path, char *to), (path, to))
CALL(DIR *, NULL, opendir, path, (const char *path), (path))
CALL(int, -1, scandir64, path,
     (const char *path, struct dirent64 ***to, int (*filter)(const struct dirent64 *),
      int (*compare)(const struct dirent64 **, const struct dirent64 **)),
     (path, to, filter, compare))
CALL(int, -1, utimensat, path, (int folder, const char *path, const struct timespec times[2], int flags),
     (folder, path, times, flags))
CALL(int, -1, futimens, nameOf(file), (int file, const struct timespec times[2]), (file, times))
CALL(int, -1, fchmod, nameOf(file), (int file, mode_t mode), (file, mode))
CALL(int, -1, fsync, nameOf(file), (int file), (file))
CALL(int, -1, fdatasync, nameOf(file), (int file), (file))
CALL(ssize_t, -1, read, nameOf(file), (int file, void *to, size_t size), (file, to, size))
CALL(ssize_t, -1, pread64, nameOf(file), (int file, void *to, size_t size, off64_t at), (file, to, size, at))
WRITE(write, (int file, const void *from, size_t size), (file, from, size), size = size / 2)
WRITE(pwrite64, (int file, const void *from, size_t size, off64_t at), (file, from, size, at), size = size / 2)
WRITE(writev, (int file, const struct iovec *from, int pieces), (file, from, pieces), pieces = (pieces + 1) / 2)

/* Linux closes a file whatever it answers. */
static long closeFile(long (*real)(long, ...), int file) {
    int fate = arrive("close", nameOf(file));
    remember(file, NULL);
    int error = errno;
    long result = real(SYS_close, file);
    if (fate == PASS) return result;
    errno = error;
    if (fate == FAIL_AFTER) strike();
    return -1;
}

/* Node closes a file and asks for its state by the bare system calls. */
long syscall(long call, ...) {
    long a[6];
    va_list more;
    va_start(more, call);
    for (int index = 0; index < 6; index++) a[index] = va_arg(more, long);
    va_end(more);
    REAL(long, syscall, (long, ...));
    if (call == SYS_close) return closeFile(real, (int)a[0]);
    if (call != SYS_statx) return real(call, a[0], a[1], a[2], a[3], a[4], a[5]);
    const char *path = (const char *)a[1];
    if (path != NULL && *path == '\0') path = nameOf((int)a[0]);
    int fate = arrive("stat", path);
    if (fate == FAIL_BEFORE) return -1;
    long result = real(call, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (fate != FAIL_AFTER) return result;
    strike();
    return -1;
}
