// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/klein_gordon/klein_gordon.h"

int main(int argc, char **argv) { return clau_main(&kg_solver, argc, argv); }
