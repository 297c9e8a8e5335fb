# SPDX-License-Identifier: GPL-3.0-or-later
"""The Klein-Gordon solver from its command line: refusals, observables, restarts, threads."""

import json
import math
import signal
import sys

import netCDF4
import numpy as np

from program import (
    attribute,
    expect,
    expect_same_numbers,
    finish,
    read,
    refuse,
    run,
    start,
    values,
    wait_until,
    write,
)

EPS = 2.0**-52

CONFIG = """\
solver = "klein-gordon"
seed = 3

[time]
end = 2.0
snapshot_every = 0.5

[grid]
points = 256
length = 40.0
boundary = BOUNDARY

[equation]
potential = POTENTIAL

[integrator]
INTEGRATOR

[[initial]]
INITIAL
"""

PAIR = 'kind = "kink-antikink"\nvelocity = 0.3\nseparation = 12.0'
KINK = 'kind = "kink"\nvelocity = 0.3'
NOISE = 'kind = "noise"\ntemperature = 0.01'


def config(
    boundary='"periodic"',
    potential='"phi4"',
    integrator='method = "stormer-verlet"',
    initial=PAIR,
):
    text = CONFIG.replace("BOUNDARY", boundary).replace("POTENTIAL", potential)
    return text.replace("INTEGRATOR", integrator).replace("INITIAL", initial)


def polynomial(*coefficients):
    return f'{{ kind = "polynomial", coefficients = [{", ".join(map(str, coefficients))}] }}'


def polynomial_text(*coefficients):
    return f'[{", ".join(map(str, coefficients))}]'


# ---- refusals ---------------------------------------------------------------------------------


def refuse_config(folder, message, **parts):
    write(folder, config(**parts))
    refuse(folder, "a.toml", message="a.toml:" + message)


def test_boundaries_that_the_kinks_do_not_fit(folder):
    refuse_config(
        folder,
        '11:1: grid.boundary = "periodic": the initial kinks lead from phi = -1 to 1, which needs '
        '"antiperiodic", or as many antikinks as kinks',
        initial=KINK,
    )
    refuse_config(
        folder,
        '11:1: grid.boundary = "periodic": the initial kinks lead from phi = 0 to 6.28319, which '
        'needs "shifted", or as many antikinks as kinks',
        initial=KINK,
        potential='"sine-gordon"',
    )
    refuse_config(
        folder,
        '11:1: grid.boundary = "antiperiodic": the initial field leads from phi = -1 to -1, not '
        "to 1",
        boundary='"antiperiodic"',
    )
    refuse_config(
        folder,
        '11:1: grid.boundary = "shifted": "shifted" needs a potential of period 2 pi: sine-gordon '
        "or double-sine-gordon",
        boundary='"shifted"',
        initial=KINK,
    )
    for boundary, shown in (('"shifted"', ' = "shifted"'), ('{ kind = "shifted", turns = 1 }', "")):
        refuse_config(
            folder,
            f"11:1: grid.boundary{shown}: needs initial kinks with a charge other than 0",
            boundary=boundary,
            potential='"sine-gordon"',
        )
    refuse_config(
        folder,
        "11:32: grid.boundary.turns = 2: must be 1, the charge of the initial kinks",
        boundary='{ kind = "shifted", turns = 2 }',
        potential='"sine-gordon"',
        initial=KINK,
    )
    refuse_config(
        folder,
        "11:34: grid.boundary.width = 20.5: must be at most half of grid.length",
        boundary='{ kind = "absorbing", width = 20.5 }',
    )


def test_antiperiodic_needs_an_even_number_and_an_even_potential(folder):
    write(folder, config(boundary='"antiperiodic"', initial=KINK).replace("256", "255"))
    refuse(
        folder,
        "a.toml",
        message='a.toml:9:1: grid.points = 255: must be even where grid.boundary is "antiperiodic"',
    )
    refuse_config(
        folder,
        '11:1: grid.boundary = "antiperiodic": "antiperiodic" needs a potential with V(-phi) = '
        "V(phi)",
        boundary='"antiperiodic"',
        potential=polynomial(0.0, 0.5, 1.0, 0.0, 1.0),
        initial=NOISE,
    )


def test_potentials(folder):
    for coefficients in ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 0.0, -1.0), (0.0, 1.0, 0.0)):
        refuse_config(
            folder,
            f"14:36: equation.potential.coefficients = {polynomial_text(*coefficients)}: the "
            "highest power must be even, and its coefficient positive: V is not bounded from below",
            potential=polynomial(*coefficients),
            initial=NOISE,
        )
    refuse_config(
        folder,
        '14:1: equation.potential = "phi5": must be one of "linear", "phi4", "sine-gordon", '
        '"phi6", "double-sine-gordon", "polynomial"; did you mean "phi4"?',
        potential='"phi5"',
    )
    refuse_config(
        folder,
        '20:1: initial.0.kind = "breather": needs equation.potential = "sine-gordon"',
        initial='kind = "breather"',
    )
    for potential in ('"linear"', polynomial(0.25, 0.0, -0.5, 0.0, 0.25)):
        refuse_config(
            folder,
            '20:1: initial.0.kind = "kink-antikink": needs a potential whose kinks are known in '
            "closed form: phi4, sine-gordon, phi6 or double-sine-gordon",
            potential=potential,
        )


def test_initial_values(folder):
    for velocity in ("1.0", "-1.0", "1.5", "nan"):
        refuse_config(
            folder,
            f"21:1: initial.0.velocity = {velocity}: must be between -1 and 1, both excluded",
            boundary='"antiperiodic"',
            initial=KINK.replace("0.3", velocity),
        )
    refuse_config(
        folder,
        "21:1: initial.0.position = 20.5: puts a kink outside of the grid",
        boundary='"antiperiodic"',
        initial='kind = "kink"\nposition = 20.5',
    )
    refuse_config(
        folder,
        "22:1: initial.0.separation = 41.0: puts a kink outside of the grid",
        initial=PAIR.replace("12.0", "41.0"),
    )
    refuse_config(
        folder,
        "21:1: initial.0.mode = 128: must be below half of grid.points",
        initial='kind = "plane-wave"\nmode = 128',
    )


def test_kinks_that_lead_to_no_vacuum(folder):
    places = (("kink", -9.0), ("kink", -3.0), ("antikink", 3.0), ("antikink", 9.0))
    two_up = "\n\n[[initial]]\n".join(f'kind = "{k}"\nposition = {x}' for k, x in places)
    for potential in ('"phi4"', '"phi6"'):
        refuse_config(
            folder,
            '24:1: initial.1.kind = "kink": kinks and antikinks of this potential must alternate '
            "from left to right",
            potential=potential,
            initial=two_up,
        )
    # The sine-Gordon field has a vacuum there, and phi4 kinks may alternate in any order of entries.
    write(folder, config(potential='"sine-gordon"', initial=two_up))
    run(folder, "a.toml", "-q")
    expect(values(folder / "a.nc", "kink_count")[0] == 4, "not four kinks")
    mixed = "\n\n[[initial]]\n".join(
        f'kind = "{k}"\nposition = {x}' for (k, _), x in zip(places, (-9.0, 3.0, -3.0, 9.0))
    )
    write(folder, config(initial=mixed))
    run(folder, "a.toml", "-q", "-f")
    charges = values(folder / "a.nc", "kink_charge")[0, :4]
    expect(list(charges) == [1, -1, 1, -1], f"{charges}")


def test_integrator_keys(folder):
    # The bound: 2 / sqrt(k_max^2 + V''), V'' = 3 phi^2 - 1 at most over the field's range with half
    # of it added on both sides: phi = 2, V'' = 11; k_max = 128 * 2 pi / 40.
    bound = 2 / math.sqrt((128 * 2 * math.pi / 40) ** 2 + 11)
    write(folder, config(integrator='method = "stormer-verlet"\nstep = 0.5'))
    _, err = run(folder, "a.toml", code=2)
    start_of_it, end_of_it = (
        "a.toml:18:1: integrator.step = 0.5: must be below ",
        ", the bound of stability of strang on this grid\n",
    )
    expect(err.startswith(start_of_it) and err.endswith(end_of_it), err)
    named = float(err[len(start_of_it) : -len(end_of_it)])
    # The range is that of the sampled field, which is 1 up to the tails of the kinks.
    expect(abs(named / bound - 1) < 1e-3, f"{named} is not {bound}")
    refuse(folder, "a.toml", message=err[:-1])
    write(folder, config(integrator=f'method = "stormer-verlet"\nstep = {0.999 * named}'))
    run(folder, "a.toml", "-q")
    _, err = run(folder, "a.toml", "-nf", "-s", "integrator={cfl=3.0}", code=2)
    expect("integrator.cfl = 3.0: must be below 0.6" in err, err)
    refuse_config(
        folder,
        "18:1: integrator.order = 3: must be 2, 4, 6 or 8",
        integrator='method = "symplectic"\norder = 3',
    )
    refuse_config(
        folder,
        "18:1: integrator.step = 0.01: and integrator.cfl cannot both be given",
        integrator='method = "symplectic"\nstep = 0.01\ncfl = 0.1',
    )
    refuse_config(
        folder,
        "18:1: integrator.relative_tolerance = 1e-6: needs integrator.adaptive = true",
        integrator='method = "stormer-verlet"\nrelative_tolerance = 1e-6',
    )
    refuse_config(
        folder,
        '19:1: integrator.adaptive = true: needs integrator.splitting = "kinetic": the factors of '
        "the exact linear flow are made for one step",
        integrator='method = "symplectic"\nsplitting = "linear"\nadaptive = true',
    )
    refuse_config(
        folder,
        '18:1: integrator.splitting = "linear": must be "kinetic" with an absorbing boundary',
        integrator='method = "symplectic"\nsplitting = "linear"',
        boundary='"absorbing"',
    )


def test_long_steps_of_the_linear_splitting(folder):
    # Kicks once a half-turn of a mode, omega h = pi, could drive it: a warning says so. In the
    # vacua nothing is left to the kicks, and the kink alone drives next to nothing.
    integrator = 'method = "symplectic"\norder = 6\nsplitting = "linear"\nstep = 0.4'
    parts = dict(boundary='"antiperiodic"', initial='kind = "kink"', integrator=integrator)
    write(folder, config(**parts))
    options = ("-s", "time.end=1000.0", "-s", "output.snapshots=false")
    _, err = run(folder, "a.toml", *options)
    expect("warning: steps from 0.15" in err, err)
    energy = values(folder / "a.nc", "energy")
    # With m = 0 instead it had broken down at t = 500; the error of a step is some 1e-12.
    expect(np.abs(energy / energy[0] - 1).max() < 1e-9, f"{energy}")
    # The slow motion still bounds the step: 3.14 / sqrt(V''), V'' = 11 at phi = 2.
    _, err = run(folder, "a.toml", "-f", "-s", "integrator.step=2.0", code=2)
    expect("integrator.step = 2.0: must be below 0.94" in err, err)
    # Nothing at all is left to the kicks: the flow is exact.
    write(folder, config(potential='"linear"', initial=NOISE, integrator=integrator))
    _, err = run(folder, "a.toml", "-f", "-s", "time.end=100.0")
    expect("resonate" not in err, err)
    energy = values(folder / "a.nc", "energy")
    # Rounding of 250 rotations.
    expect(np.abs(energy / energy[0] - 1).max() < 1e-12, f"{energy}")


def test_unknown_keys(folder):
    refuse_config(
        folder,
        "21:1: initial.0.velosity: unknown key; did you mean initial.0.velocity?",
        initial=PAIR.replace("velocity", "velosity"),
    )
    refuse_config(
        folder,
        "14:30: equation.potential.lamda: unknown key; did you mean equation.potential.lambda?",
        potential='{ kind = "phi4", lamda = 2.0 }',
    )
    refuse_config(
        folder,
        '18:1: integrator.order: not a key of method = "stormer-verlet"; it belongs to '
        '"symplectic"',
        integrator='method = "stormer-verlet"\norder = 4',
    )


def test_pulses_outside_of_the_grid(folder):
    refuse_config(
        folder,
        "21:1: initial.0.position = 30.0: is outside of the grid",
        initial='kind = "gaussian"\nposition = 30.0',
    )


def test_files_that_do_not_fit(folder):
    write(folder, config(), "first.toml")
    run(folder, "first.toml", "-q", "-s", "grid.points=128")
    refuse_config(
        folder,
        '21:1: initial.0.path = "first.nc": phi has 128 values, not 256',
        initial='kind = "file"\npath = "first.nc"',
    )
    with netCDF4.Dataset(folder / "b.nc", "w") as file:
        file.createDimension("time", 1)
        file.createDimension("x", 256)
        file.createVariable("phi", "f8", ("time", "x"))[:] = -1.0
    refuse_config(
        folder,
        "21:1: initial.0.path = \"b.nc\": b.nc: has no variable 'phi_t'",
        initial='kind = "file"\npath = "b.nc"',
    )
    run(folder, "first.toml", "-qf", "-s", "grid.length=20.0")
    refuse_config(
        folder,
        '21:1: initial.0.path = "first.nc": its x runs from -10 to 9.921875, that of this run from '
        "-20 to 19.84375",
        initial='kind = "file"\npath = "first.nc"',
    )
    refuse_config(
        folder,
        '21:1: initial.0.path = "none.nc": none.nc: No such file or directory',
        initial='kind = "file"\npath = "none.nc"',
    )


# ---- the command line -------------------------------------------------------------------------


def test_lists(folder):
    for topic in ("keys", "boundaries", "potentials", "integrators", "initial", "observables"):
        text, err = run(folder, "--list", topic)
        expect(err == "" and text.count("\n") > 2, f"--list {topic}: {text}{err}")
        expect(max(map(len, text.splitlines())) <= 100, f"--list {topic}: long lines")
        expect(len(json.loads(run(folder, "--list", topic, "--json")[0])) > 0, topic)


def test_the_printed_configuration_makes_the_same_numbers(folder):
    for number, parts in enumerate(RESTARTS.values()):
        write(folder, config(**parts))
        printed, _ = run(folder, "a.toml", "--print-config")
        write(folder, printed, f"b{number}.toml")
        again, _ = run(folder, f"b{number}.toml", "--print-config")
        expect(again == printed, f"read back, it is another: {printed}\n{again}")
        run(folder, "a.toml", "-qf")
        run(folder, f"b{number}.toml", "-q")
        expect_same_numbers(folder / "a.nc", folder / f"b{number}.nc")
        expect(attribute(folder / "a.nc", "config") == printed, "another one in the file")


# ---- observables ------------------------------------------------------------------------------


def test_observables(folder):
    write(folder, config())
    run(folder, "a.toml", "-q")
    numbers = ["energy", "kinetic_energy", "gradient_energy", "potential_energy", "momentum",
               "topological_charge"]  # fmt: skip
    whats = ["energy_density", "field", "spectrum", "amplitude"]
    with netCDF4.Dataset(folder / "a.nc") as file:
        for name in ("phi", "phi_t"):
            expect(file[name].dimensions == ("time", "x"), name)
        for name in numbers + [f"{what}_shannon" for what in whats]:
            expect(file[name].dimensions == ("observation_time",), name)
        for what in whats:
            for kind in ("renyi", "tsallis"):
                dimensions = ("observation_time", f"{kind}_order")
                expect(file[f"{what}_{kind}"].dimensions == dimensions, f"{what}_{kind}")
        for name, variable in file.variables.items():
            expect(variable.long_name != "" and variable.units == "1", f"{name} is not described")
        expect("comment" not in file.ncattrs(), "a comment on a symplectic run")
        parts = sum(file[name][:] for name in numbers[1:4])
        expect(np.allclose(parts, file["energy"][:], rtol=4 * EPS, atol=0), "energy is no sum")


def test_canonical_energies(folder):
    cases = {
        "breather": (16 * math.sqrt(3) / 2, dict(
            potential='"sine-gordon"', initial='kind = "breather"\nphase = 1.5707963267948966')),
        "phi4": (2 * math.sqrt(2) / 3, dict(boundary='"antiperiodic"', initial='kind = "kink"')),
        "sine-gordon": (8.0, dict(
            boundary='"shifted"', potential='"sine-gordon"', initial='kind = "kink"')),
        "moving": (2 * math.sqrt(2) / 3 / 0.8, dict(
            boundary='"antiperiodic"', initial='kind = "kink"\nvelocity = 0.6')),
    }  # fmt: skip
    for name, (expected, parts) in cases.items():
        write(folder, config(**parts))
        run(folder, "a.toml", "-qf", "-s", "grid.points=512")
        energy = values(folder / "a.nc", "energy")[0]
        # A breather's tails at 20 are exp(-17); all others' fall faster. Their square is left out.
        expect(abs(energy / expected - 1) < 1e-13, f"{name}: {energy!r}, not {expected!r}")
        momentum = values(folder / "a.nc", "momentum")[0]
        expected_momentum = 0.6 * expected if name == "moving" else 0.0
        expect(abs(momentum - expected_momentum) < 1e-12, f"{name}: momentum {momentum}")


def test_topological_charge(folder):
    for charge, parts in {
        0: {},
        1: dict(boundary='"antiperiodic"', initial=KINK),
        -1: dict(boundary='"antiperiodic"', initial=KINK.replace("kink", "antikink")),
        2: dict(
            boundary='"shifted"',
            potential='"sine-gordon"',
            initial='kind = "kink"\nposition = -7.0\n\n[[initial]]\nkind = "kink"\nposition = 7.0',
        ),
    }.items():
        write(folder, config(**parts))
        run(folder, "a.toml", "-qf", "-s", "time.end=1.0")
        found = values(folder / "a.nc", "topological_charge")
        # A kink's tail at 13 is exp(-sqrt(2) * 13), 1e-8.
        expect(np.abs(found - charge).max() < 1e-7, f"{found}, not {charge}")


def test_entropies_of_a_negative_energy_density_are_missing(folder):
    # V = phi^4/4 - phi^2/2, of which the vacua are at -1/4: negative nearly everywhere.
    write(folder, config(potential=polynomial(0.0, 0.0, -0.5, 0.0, 0.25), initial=NOISE))
    run(folder, "a.toml", "-q")
    file = read(folder / "a.nc")
    for kind in ("shannon", "renyi", "tsallis"):
        expect(np.isnan(file[f"energy_density_{kind}"][2]).all(), f"energy_density_{kind}")
        for what in ("field", "spectrum", "amplitude"):
            expect(np.isfinite(file[f"{what}_{kind}"][2]).all(), f"{what}_{kind}")
    expect(np.isfinite(file["energy"][2]).all() and file["energy"][2][0] < 0, "energy")


def test_an_adaptive_run_says_that_it_is_not_symplectic(folder):
    write(folder, config())
    run(folder, "a.toml", "-q", "-s", "integrator.adaptive=true")
    text = attribute(folder / "a.nc", "comment")
    expect("not symplectic" in text, text)
    # Steps of a relative tolerance of 1e-8, some ten a unit of time.
    energy = values(folder / "a.nc", "energy")
    expect(np.abs(energy / energy[0] - 1).max() < 1e-5, f"{energy}")


# ---- initial conditions -----------------------------------------------------------------------


def test_a_kink_and_an_antikink_are_a_pair(folder):
    write(folder, config())
    run(folder, "a.toml", "-q", "-s", "time.end=0.5")
    single = (
        'kind = "antikink"\nvelocity = -0.3\nposition = 6.0\n\n'
        '[[initial]]\nkind = "kink"\nvelocity = 0.3\nposition = -6.0'
    )
    write(folder, config(initial=single), "b.toml")
    run(folder, "b.toml", "-q", "-s", "time.end=0.5")
    for name in ("phi", "phi_t"):
        left, right = values(folder / "a.nc", name)[0], values(folder / "b.nc", name)[0]
        # The same terms in another order: a rounding or two of numbers up to 2.
        expect(np.abs(left - right).max() <= 8 * EPS, f"{name}: {np.abs(left - right).max()}")
    expect(abs(values(folder / "a.nc", "phi")[0, 0] + 1) < 1e-7, "not on the left vacuum")


def test_start_from_a_file(folder):
    write(folder, config())
    run(folder, "a.toml", "-q", "-s", "time.end=4.0")
    write(folder, config(initial='kind = "file"\npath = "a.nc"\nrecord = 4'), "b.toml")
    run(folder, "b.toml", "-q")
    # Records 4 .. 8 of the first, at t = 2 .. 4, are 0 .. 4 of the second.
    for name in ("phi", "phi_t"):
        there, here = values(folder / "a.nc", name)[4:], values(folder / "b.nc", name)
        expect(np.abs(there[0] - here[0]).max() <= 4 * EPS, f"{name}: the start differs")
        # Steps begin anew, at t = 2; of order 2 and 0.016 long, both runs are wrong by 1e-4.
        expect(np.abs(there - here).max() < 1e-3, f"{name}: {np.abs(there - here).max()}")
    run(folder, "b.toml", "-qf", "-s", "initial.0.record=-1")
    here, there = values(folder / "b.nc", "phi")[0], values(folder / "a.nc", "phi")[-1]
    expect(np.abs(there - here).max() <= 4 * EPS, "not the last record")


def test_thermal_noise(folder):
    points, temperature = 4096, 0.01
    write(folder, config(potential='"linear"', initial=NOISE))
    sets = ("-s", f"grid.points={points}", "-s", "time.end=0.01")
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(folder, "a.toml", "-q", "-o", f"{name}.nc", "-s", f"seed={seed}", *sets)
    expect_same_numbers(folder / "a.nc", folder / "b.nc")
    first, other = (values(folder / f"{name}.nc", "phi_t")[0] for name in "ac")
    expect((first != other).all(), "another seed, the same noise")
    # N T / 2 on the mean: each kind of energy is a sum of N squares of normal numbers, and spreads
    # by sqrt(2/N) = 2.2 %. Five times that.
    for name in "ac":
        kinetic = values(folder / f"{name}.nc", "kinetic_energy")[0]
        expect(abs(kinetic / (points * temperature / 2) - 1) < 0.11, f"kinetic {kinetic}")
        both = [values(folder / f"{name}.nc", f"{part}_energy")[0]
                for part in ("gradient", "potential")]  # fmt: skip
        expect(abs(sum(both) / (points * temperature / 2) - 1) < 0.11, f"the rest {both}")


# ---- restarts and threads ---------------------------------------------------------------------

RESTARTS = {
    "verlet": {},
    "order-4": dict(integrator='method = "symplectic"\norder = 4'),
    "order-6": dict(integrator='method = "symplectic"\norder = 6\nsplitting = "linear"'),
    "adaptive": dict(integrator='method = "stormer-verlet"\nadaptive = true'),
    "absorbing": dict(
        boundary='{ kind = "absorbing", width = 5.0 }', initial=f"{PAIR}\n\n[[initial]]\n{NOISE}"
    ),
    "antiperiodic": dict(boundary='"antiperiodic"', initial=KINK),
    "antiperiodic-linear": dict(
        boundary='"antiperiodic"',
        initial=KINK,
        integrator='method = "symplectic"\norder = 8\nsplitting = "linear"',
    ),
    "shifted": dict(boundary='"shifted"', potential='"double-sine-gordon"', initial=KINK),
}


def test_a_longer_run_goes_on(folder):
    for name, parts in RESTARTS.items():
        place = folder / name
        place.mkdir()
        write(place, config(**parts))
        run(place, "a.toml", "-q", "-o", "whole.nc", "-s", "time.end=5.3")
        # 1.5 is an output time, 1.73 is none: that output is taken back.
        for end in ("1.5", "1.73"):
            run(place, "a.toml", "-qf", "-s", f"time.end={end}")
            run(place, "a.toml", "-q", "-r", "a.checkpoint", "-s", "time.end=5.3")
            expect_same_numbers(place / "a.nc", place / "whole.nc")


def test_stopped_by_a_signal_or_the_clock(folder):
    # About a second of work, most of it between outputs.
    long = ("-s", "grid.points=4096", "-s", "time.end=25.1", "-s", "output.sidecar=false")
    for name in ("verlet", "order-6", "adaptive"):
        place = folder / name
        place.mkdir()
        write(place, config(**RESTARTS[name]))
        run(place, "a.toml", "-q", "-t", "1", "-o", "whole.nc", *long)
        process = start(place, "a.toml", "-q", "-t", "1", *long)
        path = place / "a.nc"
        wait_until(lambda p=path: p.exists() and p.stat().st_size > 400000, process, "frames")
        process.send_signal(signal.SIGTERM)
        finish(process, 75)
        expect(attribute(path, "status") == "interrupted", "status")
        again = start(place, "a.toml", "-q", "-r", "a.checkpoint", "--max-walltime", "0.2", *long)
        again.communicate(timeout=300)
        expect(again.returncode in (0, 75), f"exit code {again.returncode}")
        if again.returncode == 75:
            run(place, "a.toml", "-q", "-r", "a.checkpoint", *long)
        expect_same_numbers(path, place / "whole.nc")


def test_bounces_survive_a_restart(folder):
    write(folder, config(initial=PAIR.replace("12.0", "10.0")))
    sets = ("-s", "time.snapshot_every=0.25", "-s", "time.end=60.0")
    run(folder, "a.toml", "-q", "-o", "whole.nc", *sets)
    bounces, speed = (values(folder / "whole.nc", n) for n in ("bounces", "escape_velocity"))
    expect(bounces[0] == 0 and bounces[-1] == 1 and np.isfinite(speed[-1]), f"{bounces}, {speed}")
    # 55.1 is no output time: what was seen of the pair then is taken back.
    for end in ("50.0", "55.1"):
        run(folder, "a.toml", "-qf", "-s", "time.snapshot_every=0.25", "-s", f"time.end={end}")
        expect(values(folder / "a.nc", "bounces")[-1] == 1, "stopped before the bounce")
        run(folder, "a.toml", "-q", "-r", "a.checkpoint", *sets)
        expect_same_numbers(folder / "a.nc", folder / "whole.nc")


def check_threads(folder, *arguments):
    for threads in "123":
        run(folder, "a.toml", "-qf", "-t", threads, "-o", f"{threads}.nc", *arguments)
    for threads in "23":
        expect_same_numbers(folder / "1.nc", folder / f"{threads}.nc")


def test_threads(folder):
    for parts in RESTARTS.values():
        write(folder, config(**parts))
        check_threads(folder)


def test_threads_with_many_points(folder):
    large = ("-s", "grid.points=131072", "-s", "time.snapshot_every=1.0",
             "-s", "output.sidecar=false")  # fmt: skip
    steps = {"verlet": 1.2e-3, "order-6": 6e-4, "adaptive": 1.2e-3, "antiperiodic-linear": 6e-4}
    for name, end in steps.items():
        write(folder, config(**RESTARTS[name]))
        check_threads(folder, *large, "-s", f"time.end={end}")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
