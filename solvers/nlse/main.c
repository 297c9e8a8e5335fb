// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/nlse/nlse.h"

int main(int argc, char **argv) { return clau_main(&nlse_solver, argc, argv); }
