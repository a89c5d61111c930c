/* System calls that fail: the Nth since `fail_from` was called, or that kind of call from then on. For LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long counted, nth;
static int for_good;
static const char *only;
static char failing[32];
static __thread int inside;

/* What each kind of call may meet in real life; of several the number of the call chooses one. */
static const struct { const char *name; int errors[3]; } plausible[] = {
    {"open", {EMFILE, EIO, EACCES}}, {"read", {EIO}}, {"write", {ENOSPC, EIO}}, {"pread", {EIO}}, {"pwrite", {ENOSPC, EIO}},
    {"fsync", {EIO}}, {"pipe", {EMFILE, ENFILE}}, {"socket", {EMFILE, ENOBUFS}}, {"dup", {EMFILE}}, {"epoll_create", {EMFILE}},
    {"epoll_ctl", {ENOMEM, ENOSPC}}, {"spawn", {EAGAIN, ENOMEM}}, {"send", {ENOBUFS, ENOMEM}}, {"recv", {ENOMEM}},
    {"stat", {EACCES, EIO, ELOOP}}, {"unlink", {EIO, EACCES}}, {"mkdir", {ENOSPC, EACCES}}, {"rename", {EIO}},
    {"memfd", {EMFILE}}, {"connect", {EAGAIN}}, {"flock", {ENOLCK}}, {"accept", {EMFILE}}, {"opendir", {EMFILE, EACCES}},
};

void fail_from(long number, int always, const char *kind)
{
    counted = 0;
    for_good = always;
    only = kind && *kind ? strdup(kind) : NULL;
    nth = number;
}

long calls_counted(void) { return counted; }

static int error_of(const char *name, long number)
{
    for (size_t i = 0; i < sizeof plausible / sizeof *plausible; i++)
        if (!strcmp(plausible[i].name, name)) {
            int many = 1;
            while (many < 3 && plausible[i].errors[many])
                many++;
            return plausible[i].errors[number % many];
        }
    return EIO;
}

static int fails(const char *name)
{
    char line[80];
    long number;

    if (!nth || inside || (only && strcmp(only, name)))
        return 0;
    number = ++counted;
    if (number < nth || (number > nth && !(for_good && !strcmp(failing, name))))
        return 0;
    errno = error_of(name, nth);
    if (number == nth) {
        int why = errno;
        inside = 1;
        snprintf(failing, sizeof failing, "%s", name);
        snprintf(line, sizeof line, "fails: %s with %s\n", name, strerrorname_np(why));
        dprintf(2, "%s", line);
        inside = 0;
        errno = why;
    }
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALL(kind, type, name, parameters, arguments) \
    type name parameters { if (fails(kind)) return (type)-1; return REAL(name) arguments; }

#define OPEN(name, parameters, arguments) \
    int name parameters { \
        mode_t mode = 0; va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); \
        if (fails("open")) return -1; \
        return REAL(name) arguments; }

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
CALL("read", ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
CALL("write", ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
CALL("pread", ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
CALL("pread", ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
CALL("pwrite", ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
CALL("pwrite", ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
CALL("fsync", int, fsync, (int fd), (fd))
CALL("fsync", int, fdatasync, (int fd), (fd))
CALL("write", int, ftruncate, (int fd, off_t size), (fd, size))
CALL("write", int, ftruncate64, (int fd, off64_t size), (fd, size))
CALL("pipe", int, pipe2, (int fds[2], int flags), (fds, flags))
CALL("socket", int, socket, (int domain, int type, int protocol), (domain, type, protocol))
CALL("socket", int, socketpair, (int domain, int type, int protocol, int fds[2]), (domain, type, protocol, fds))
CALL("connect", int, connect, (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size))
CALL("accept", int, accept4, (int fd, struct sockaddr *from, socklen_t *size, int flags), (fd, from, size, flags))
CALL("dup", int, dup, (int fd), (fd))
CALL("dup", int, dup3, (int fd, int to, int flags), (fd, to, flags))
CALL("epoll_create", int, epoll_create1, (int flags), (flags))
CALL("epoll_ctl", int, epoll_ctl, (int fd, int what, int of, struct epoll_event *event), (fd, what, of, event))
CALL("send", ssize_t, send, (int fd, const void *from, size_t size, int flags), (fd, from, size, flags))
CALL("send", ssize_t, sendto,
    (int fd, const void *from, size_t size, int flags, const struct sockaddr *to, socklen_t length), (fd, from, size, flags, to, length))
CALL("send", ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
CALL("recv", ssize_t, recv, (int fd, void *to, size_t size, int flags), (fd, to, size, flags))
CALL("recv", ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
CALL("stat", int, stat, (const char *path, struct stat *to), (path, to))
CALL("stat", int, stat64, (const char *path, struct stat64 *to), (path, to))
CALL("stat", int, lstat, (const char *path, struct stat *to), (path, to))
CALL("stat", int, lstat64, (const char *path, struct stat64 *to), (path, to))
CALL("stat", int, fstatat, (int at, const char *path, struct stat *to, int flags), (at, path, to, flags))
CALL("stat", int, fstatat64, (int at, const char *path, struct stat64 *to, int flags), (at, path, to, flags))
CALL("unlink", int, unlink, (const char *path), (path))
CALL("unlink", int, unlinkat, (int at, const char *path, int flags), (at, path, flags))
CALL("unlink", int, rmdir, (const char *path), (path))
CALL("mkdir", int, mkdir, (const char *path, mode_t mode), (path, mode))
CALL("mkdir", int, mkfifo, (const char *path, mode_t mode), (path, mode))
CALL("rename", int, rename, (const char *from, const char *to), (from, to))
CALL("memfd", int, memfd_create, (const char *name, unsigned int flags), (name, flags))

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
    char *const argv[], char *const environment[])
{
    if (fails("spawn"))
        return errno;
    return REAL(posix_spawn)(pid, path, actions, attributes, argv, environment);
}

int posix_spawnp(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
    char *const argv[], char *const environment[])
{
    if (fails("spawn"))
        return errno;
    return REAL(posix_spawnp)(pid, path, actions, attributes, argv, environment);
}

CALL("spawn", pid_t, fork, (void), ())

/* A process that cannot be told when to begin begins by itself. */
__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("FAIL_FROM");

    if (number)
        fail_from(atol(number), getenv("FAIL_ALWAYS") != NULL, getenv("FAIL_KIND"));
}
