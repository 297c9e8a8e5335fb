# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/compare-regimes on short runs: its report against SciPy on the same outputs, and what physics
demands of the regimes."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import numpy as np
import xarray
from program import expect
from scipy import stats

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/compare-regimes"
SCHOOLS = ["swarm", "torus", "dynamic_parallel", "highly_parallel"]


def compare(folder, family):
    programs = folder / "programs"
    programs.mkdir()
    for path in sys.argv[1:]:
        os.symlink(Path(path).resolve(), programs / Path(path).name)
    done = subprocess.run(
        [sys.executable, "-B", SCRIPT, family, "--quick", "--programs", programs, "-o", folder / "out"],
        capture_output=True, text=True, check=False, timeout=600)  # fmt: skip
    expect(done.returncode == 0 and done.stderr == "", f"{done.returncode}: {done.stderr}")
    report = (folder / f"out/{family}.txt").read_text()
    picture = xml.etree.ElementTree.parse(folder / f"out/{family}.svg").getroot()
    drawn = "".join(picture.itertext())
    with xarray.open_dataset(folder / f"out/{family}.nc") as file:
        found = file.load()
    for group in found["group"].values:
        expect(str(group) in drawn and str(group) in report, f"{group} is left out")
    return done.stdout, found


def test_schools(folder):
    text, found = compare(folder, "couzin")
    means = {}
    for school in SCHOOLS:
        files = sorted((folder / "out/couzin").glob(f"{school}-*.nc"))
        expect(len(files) == 7, f"{len(files)} runs of {school}")
        rows = []
        for path in files:
            with xarray.open_dataset(path) as run:
                count = run.sizes["observation_time"]
                late = run.isel(observation_time=slice((count + 1) // 2, None))
                rows.append({str(v): float(late[str(v)].mean()) for v in found["variable"].values})
        means[school] = rows
    # Means of some hundred numbers of order 1.
    for variable in found["variable"].values:
        samples = [[row[str(variable)] for row in means[school]] for school in SCHOOLS]
        one = found.sel(variable=variable)
        h = stats.kruskal(*samples)
        expect(np.isclose(one.kruskal_wallis_h, h.statistic, rtol=1e-9), f"{variable}: H {h.statistic}")
        x, y = samples[0], samples[1]
        delta = np.sign(np.subtract.outer(x, y)).mean()
        expect(np.isclose(one.cliff_delta.sel(pair="swarm - torus"), delta), f"{variable}: {delta}")
    # A torus turns and a swarm does not; parallel schools are polarized and those are not.
    delta = found.cliff_delta
    expect(delta.sel(variable="rotation", pair="swarm - torus") == -1, "the torus does not turn")
    for school in SCHOOLS[2:]:
        for other in SCHOOLS[:2]:
            value = delta.sel(variable="polarization", pair=f"{other} - {school}")
            expect(value == -1, f"{other} - {school}: polarization {float(value)}")
    for pair in found["pair"].values:
        names = found["variable"].values[found.distinguishable.sel(pair=pair) == 1]
        line = re.search(rf"^  {re.escape(str(pair))}: (.*)$", text, re.MULTILINE).group(1)
        expect(line.startswith("distinguishable") == (len(names) > 0), line)
        expect(all(str(name) in line for name in names), f"{line}: {names}")


def effects(text):
    return {pair: float(delta) for pair, delta
            in re.findall(r"^  (\w+ - \w+): Cliff's delta (\S+)$", text, re.MULTILINE)}  # fmt: skip


def check_fields(folder, family, regimes, field):
    """The effect sizes of the field at all points and times."""
    text, found = compare(folder, family)
    expect(list(found["group"].values) == regimes, f"{found['group'].values}")
    fields = {}
    for regime in regimes:
        with xarray.open_dataset(folder / f"out/{family}/{regime}.nc") as run:
            fields[regime] = field(run).ravel()
    deltas = effects(text)
    expect(len(deltas) == 6, f"{deltas}")
    for pair, delta in deltas.items():
        x, y = (fields[name] for name in pair.split(" - "))
        u = stats.mannwhitneyu(x, y, method="asymptotic").statistic
        expect(abs(delta - (2 * u / len(x) / len(y) - 1)) < 6e-4, f"{pair}: {delta}")
    return deltas


def test_klein_gordon_fields(folder):
    found = check_fields(folder, "klein-gordon", ["linear_wave", "kink", "breather", "kink_antikink"],
                         lambda run: abs(run.phi.values))  # fmt: skip
    # A kink is in its vacua, |phi| = 1, nearly everywhere; a wave of amplitude 1 spreads out.
    expect(found["linear_wave - kink"] < -0.95, f"{found}")


def test_nlse_fields(folder):
    found = check_fields(
        folder, "nlse",
        ["single_soliton", "two_soliton", "akhmediev_breather", "modulation_instability"],
        lambda run: run.psi_re.values**2 + run.psi_im.values**2)  # fmt: skip
    # Most of a soliton's box is empty, and a modulated plane wave is nowhere.
    expect(found["single_soliton - modulation_instability"] < -0.9, f"{found}")


if __name__ == "__main__":
    from tap import main

    main(sys.modules[__name__])
