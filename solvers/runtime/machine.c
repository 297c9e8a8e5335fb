// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/runtime/machine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>

/// A limit in a file of its own: a number, or "max"; INFINITY where there is none.
static double read_limit(const char *path) {
    double limit = INFINITY;
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fscanf(file, "%lf", &limit) != 1) {
            limit = INFINITY;
        }
        fclose(file);
    }
    return limit;
}

/// The smallest limit of a control group of version 2 and those it is in.
static double limit_of_group(char *group) {
    double limit = INFINITY;
    for (;;) {
        char *path = NULL;
        if (asprintf(&path, "/sys/fs/cgroup%s/memory.max", group) < 0) {
            return limit;
        }
        limit = fmin(limit, read_limit(path));
        free(path);
        char *slash = strrchr(group, '/');
        if (slash == NULL) {
            return limit;
        }
        *slash = '\0';
    }
}

/// Of the line `0::/path` in the process's list of its groups.
static double group_limit(void) {
    double limit = INFINITY;
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file != NULL && getline(&line, &room, file) > 0) {
        if (strncmp(line, "0::/", 4) == 0) {
            line[strcspn(line, "\n")] = '\0';
            limit = limit_of_group(line + 3);
        }
    }
    free(line);
    if (file != NULL) {
        fclose(file);
    }
    return limit;
}

void clau_machine_memory(double *memory, double *swap) {
    struct sysinfo information;
    *memory = INFINITY;
    *swap = 0.0;
    if (sysinfo(&information) == 0) {
        *memory = (double)information.totalram * information.mem_unit;
        *swap = (double)information.totalswap * information.mem_unit;
    }
    *memory = fmin(*memory, group_limit());
}

double clau_machine_disk(const char *path) {
    struct stat file;
    struct statvfs disk;
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    double room = INFINITY;
    if (folder != NULL && statvfs(folder, &disk) == 0) {
        room = (double)disk.f_bavail * (double)disk.f_frsize;
        if (stat(path, &file) == 0) {
            room += 512.0 * (double)file.st_blocks;
        }
    }
    free(folder);
    return room;
}
