// SPDX-License-Identifier: GPL-3.0-or-later
#include "solvers/couzin/couzin.h"

int main(int argc, char **argv) { return clau_main(&couzin_solver, argc, argv); }
