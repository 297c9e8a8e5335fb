// SPDX-License-Identifier: GPL-3.0-or-later
/// `clausius config`: the configurations that come with the suite.
#ifndef CLAUSIUS_FRONT_CONFIGS_H
#define CLAUSIUS_FRONT_CONFIGS_H

/// Lists them, or writes the one that argv names to stdout; returns an exit code.
int front_configs(int argc, char *const *argv);

#endif
