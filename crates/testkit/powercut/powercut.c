/* A file layer that keeps a journal of what a program does to the files of one folder, so that a test can
 * tell afterwards what a disk would hold had the power gone (crates/testkit/src/powercut/). Preloaded into
 * the program with LD_PRELOAD; everything is passed on to the real files as well.
 *
 *   POWERCUT_DIR      the folder, absolute
 *   POWERCUT_JOURNAL  the journal, outside of it
 *   POWERCUT_BEFORE   "sync:40" or "write:900": the process dies right before its 40th sync or 900th write
 *
 * A record: kind (1 byte), length of the path (2), offset (8), length of the data (4), path, data; little
 * endian. One lock spans an operation and its record: their order is the order in which they took effect.
 * Not durable by nature and left out: the shared-memory index, `-shm`.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 4096

enum { CREATE = 'c', WRITE = 'w', TRUNCATE = 't', SYNC = 's', SYNC_DIR = 'd', UNLINK = 'u', RENAME = 'r' };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *watched[MAX_FDS]; /* path of each open file of the folder, or NULL */
static char dir[PATH_MAX];
static size_t dir_length;
static int journal = -1;
static long syncs_left = LONG_MAX, writes_left = LONG_MAX;

#define REAL(type, name, ...)                                                                                \
    static type (*real)(__VA_ARGS__);                                                                        \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)

static void give_up(const char *why) {
    fprintf(stderr, "powercut: %s\n", why);
    _exit(97);
}

static ssize_t really_write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return real(fd, bytes, count);
}

static int really_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open", const char *, int, ...);
    return real(path, flags, mode);
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("POWERCUT_DIR"), *file = getenv("POWERCUT_JOURNAL");
    const char *before = getenv("POWERCUT_BEFORE");
    if (!folder || !file || !realpath(folder, dir)) give_up("POWERCUT_DIR and POWERCUT_JOURNAL must be set");
    dir_length = strlen(dir);
    journal = really_open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal < 0) give_up("the journal cannot be opened");
    if (before && !strncmp(before, "sync:", 5)) syncs_left = atol(before + 5);
    else if (before && !strncmp(before, "write:", 6)) writes_left = atol(before + 6);
    else if (before) give_up("POWERCUT_BEFORE is not understood");
}

/* Whether the path, absolute, is that of the folder or of a file in it whose content is meant to last. */
static int ours(const char *path) {
    size_t length = strlen(path);
    if (!dir_length || strncmp(path, dir, dir_length)) return 0;
    if (path[dir_length] && path[dir_length] != '/') return 0;
    return length < 4 || strcmp(path + length - 4, "-shm");
}

static void put(char kind, const char *path, uint64_t offset, const void *data, uint32_t length) {
    unsigned char head[15];
    uint16_t name = (uint16_t)strlen(path);
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &name, 2);
    memcpy(head + 3, &offset, 8);
    memcpy(head + 11, &length, 4);
    struct iovec parts[3] = {{head, sizeof head}, {(void *)path, name}, {(void *)data, length}};
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (real(journal, parts, 3) != (ssize_t)(sizeof head + name + length)) give_up("the journal is cut short");
}

/* The power goes: nothing that comes later is done, by this thread or any that waits for the lock. */
static void count(long *left) {
    if (--*left > 0) return;
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static const char *path_of(int fd) { return fd >= 0 && fd < MAX_FDS ? watched[fd] : NULL; }

static int opened(int at, const char *path, int flags, mode_t mode) {
    REAL(int, "openat64", int, const char *, int, ...);
    char absolute[PATH_MAX];
    if (path[0] == '/') snprintf(absolute, sizeof absolute, "%s", path);
    else if (at == AT_FDCWD && getcwd(absolute, sizeof absolute)) {
        size_t length = strlen(absolute);
        snprintf(absolute + length, sizeof absolute - length, "/%s", path);
    } else absolute[0] = 0;
    if (!ours(absolute)) {
        int fd = real(at, path, flags, mode);
        if (fd >= 0 && fd < MAX_FDS && watched[fd]) give_up("a descriptor was closed unseen");
        return fd;
    }
    pthread_mutex_lock(&lock);
    int is_new = (flags & O_CREAT) && access(absolute, F_OK) != 0;
    int fd = real(at, path, flags, mode);
    int error = errno;
    if (fd >= MAX_FDS) give_up("too many open files");
    if (fd >= 0) {
        if (flags & O_APPEND) give_up("appending is not understood");
        free(watched[fd]);
        watched[fd] = strdup(absolute);
        if (is_new) put(CREATE, absolute, 0, NULL, 0);
        else if ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY) put(TRUNCATE, absolute, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define OPEN(name, at_parameter, at)                                                                         \
    int name(at_parameter const char *path, int flags, ...) {                                                \
        mode_t mode = 0;                                                                                     \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                                 \
            va_list rest;                                                                                    \
            va_start(rest, flags);                                                                           \
            mode = va_arg(rest, mode_t);                                                                     \
            va_end(rest);                                                                                    \
        }                                                                                                    \
        return opened(at, path, flags, mode);                                                         \
    }
#define AT int at,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, AT, at)
OPEN(openat64, AT, at)

int close(int fd) {
    REAL(int, "close", int);
    if (!path_of(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    free(watched[fd]);
    watched[fd] = NULL;
    int result = real(fd);
    pthread_mutex_unlock(&lock);
    return result;
}

int dup2(int from, int to) {
    REAL(int, "dup2", int, int);
    pthread_mutex_lock(&lock);
    int result = real(from, to), error = errno;
    if (result >= 0 && result < MAX_FDS && from != to) {
        free(watched[result]);
        watched[result] = path_of(from) ? strdup(watched[from]) : NULL;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

static ssize_t written(int fd, const void *bytes, size_t size, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    pthread_mutex_lock(&lock);
    count(&writes_left);
    off64_t at = offset < 0 ? lseek64(fd, 0, SEEK_CUR) : offset;
    ssize_t result = real(fd, bytes, size, at);
    int error = errno;
    if (result > 0) put(WRITE, watched[fd], (uint64_t)at, bytes, (uint32_t)result);
    if (result > 0 && offset < 0) lseek64(fd, at + result, SEEK_SET);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    return path_of(fd) ? written(fd, bytes, size, -1) : really_write(fd, bytes, size);
}

#define PWRITE(name, offset_type)                                                                            \
    ssize_t name(int fd, const void *bytes, size_t size, offset_type offset) {                               \
        REAL(ssize_t, #name, int, const void *, size_t, offset_type);                                        \
        return path_of(fd) ? written(fd, bytes, size, offset) : real(fd, bytes, size, offset);               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

static int truncated(int fd, off64_t length) {
    REAL(int, "ftruncate64", int, off64_t);
    if (!path_of(fd)) return real(fd, length);
    pthread_mutex_lock(&lock);
    count(&writes_left);
    int result = real(fd, length), error = errno;
    if (result == 0) put(TRUNCATE, watched[fd], (uint64_t)length, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate(int fd, off_t length) { return truncated(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncated(fd, length); }

static int synced(int fd, int (*real)(int)) {
    if (!path_of(fd)) return real(fd);
    pthread_mutex_lock(&lock);
    count(&syncs_left);
    int result = real(fd), error = errno;
    struct stat about;
    int is_dir = fstat(fd, &about) == 0 && S_ISDIR(about.st_mode);
    if (result == 0) put(is_dir ? SYNC_DIR : SYNC, watched[fd], 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real);
}
int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    if (!ours(path)) return real(path);
    pthread_mutex_lock(&lock);
    int result = real(path), error = errno;
    if (result == 0) put(UNLINK, path, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (!ours(from) && !ours(to)) return real(from, to);
    pthread_mutex_lock(&lock);
    int result = real(from, to), error = errno;
    if (result == 0) put(RENAME, from, 0, to, (uint32_t)strlen(to));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

/* Writing through a mapping would pass by unseen. */
#define MMAP(name, offset_type)                                                                              \
    void *name(void *address, size_t length, int protection, int flags, int fd, offset_type offset) {        \
        REAL(void *, #name, void *, size_t, int, int, int, offset_type);                                     \
        if (path_of(fd) && (protection & PROT_WRITE) && (flags & MAP_SHARED))                                \
            give_up("a file is written through a mapping");                                                  \
        return real(address, length, protection, flags, fd, offset);                                         \
    }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int number) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (path_of(fd)) give_up("writev is not understood");
    return real(fd, parts, number);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    REAL(int, "fallocate64", int, int, off64_t, off64_t);
    if (path_of(fd)) give_up("fallocate is not understood");
    return real(fd, mode, offset, length);
}
