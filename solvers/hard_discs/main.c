// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/hard_discs/hard_discs.h"

int main(int argc, char **argv) { return clau_main(&hard_discs_solver, argc, argv); }
