"""The answers of ipec, from its command line."""

import errno
import json
import pathlib
import subprocess
import tempfile

TARGET = "--target=linux-6.12"
BATCH = 500  # files per call


class Ipec:
    def __init__(self, program, config=None):
        """`config`: the configuration of the kernel to judge for, instead of the target."""
        self._for = f"--kernel={config}" if config else TARGET
        self.program = program
        self._directory = tempfile.TemporaryDirectory(prefix="ipec-calls-")
        self._path = pathlib.Path(self._directory.name)

    def judging_for(self, config):
        """The same program, for the kernel of a configuration."""
        return Ipec(self.program, config)

    def _call(self, arguments, statuses=(0,), **options):
        done = subprocess.run([self.program, *map(str, arguments)], cwd=self._path,
                              capture_output=True, check=False, timeout=600, **options)
        if done.returncode not in statuses:
            raise RuntimeError(f"ipec {' '.join(map(str, arguments[:5]))} … gave status "
                               f"{done.returncode}: {done.stderr.decode('utf-8', 'replace')[-1000:]}")
        return done.stdout

    def check(self, policies, loaded=(), suffix="pol"):
        """The errno (0 or below zero) of each policy: bytes, texts or, with suffix p7b, signed."""
        answers = []
        for first in range(0, len(policies), BATCH):
            names = []
            for number, policy in enumerate(policies[first:first + BATCH]):
                names.append(f"{number}.{suffix}")
                (self._path / names[-1]).write_bytes(policy)
            options = [f"--loaded={name}" for name in loaded]
            report = json.loads(self._call(["check", self._for, "--format=json", *options, *names], (0, 1)))
            for name, result in zip(names, report["results"], strict=True):
                if result["file"] != name or result["accepted"] != (result["errno"] is None):
                    raise RuntimeError(f"a result that contradicts itself: {result}")
                answers.append(-getattr(errno, result["errno"]) if result["errno"] else 0)
        return answers

    def evaluate(self, text, events, success_audit, compiled=False):
        """The output of `eval --format=json` for each event (a dict), from text or from the table."""
        policy = self._path / "policy.pol"
        policy.write_bytes(text)
        if compiled:
            self._call(["compile", self._for, "-o", "policy.ipet", policy])
            policy = self._path / "policy.ipet"
        (self._path / "events.jsonl").write_text(
            "".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
        options = ["--success-audit"] if success_audit else []
        shown = self._call(["eval", "--format=json", *([] if compiled else [self._for]), *options, policy,
                            "--events=events.jsonl"], (0, 1))
        answers = [json.loads(line) for line in shown.decode("utf-8").split("\n") if line]
        if len(answers) != len(events):
            raise RuntimeError(f"{len(events)} events, {len(answers)} answers")
        return answers

    def matrix(self, text, inventory):
        """The document of `matrix` for a policy and an inventory (a dict)."""
        (self._path / "policy.pol").write_bytes(text)
        (self._path / "inventory.json").write_text(json.dumps(inventory))
        return json.loads(self._call(["matrix", self._for, "--with=inventory.json", "--output=json", "policy.pol"], (0, 1)))

    def diff(self, before, after):
        """The document of `diff` for two policies."""
        self.write({"before.pol": before, "after.pol": after})
        shown = self._call(["diff", self._for, "--fail-on=none", "--output=json", "before.pol", "after.pol"])
        return json.loads(shown)["files"][0]

    def replay(self, before, after, log, inventory=None):
        """The groups of `replay` for a log of the first policy, sorted."""
        self.write({"before.pol": before, "after.pol": after, "log": log, "inventory.json": json.dumps(inventory).encode()})
        options = ["--with=inventory.json"] if inventory else []
        shown = self._call(["replay", self._for, "--output=json", "--policy=before.pol", *options, "after.pol", "log"])
        return sorted((json.loads(line) for line in shown.splitlines()[:-1]), key=json.dumps)

    def show(self, config):
        """The parts of `show --format=json` that oracle/config.py knows for a configuration (a text)."""
        (self._path / "config").write_text(config)
        (file,) = json.loads(self._call(["show", "--format=json", "config"], (0, 1)))["files"]
        ipe = file["ipe"] == "on"
        properties = {name: state for name, state in file["properties"].items() if name != "boot_verified"}
        return {"ipe": file["ipe"], "properties": properties if ipe else {},
                "secondary": ipe and "secondary" in file["keyrings"]["policy"]}

    def smallest(self, text, keep):
        """The output of `compile --emit=text` for a policy."""
        (self._path / "policy.pol").write_bytes(text)
        return self._call(["compile", self._for, "--emit=text", f"--keep={keep}", "-o", "-", "policy.pol"])

    def write(self, files):
        """Files by name, for calls that name them."""
        for name, data in files.items():
            (self._path / name).write_bytes(data)

    def rollout(self, boot_policy, steps):
        """The errno (0 or below zero) of each step after the boot policy, and its records with their types."""
        self.write({"boot.pol": boot_policy.encode()})
        report = json.loads(self._call(["rollout", self._for, "--format=json", "boot:boot.pol", *steps], (0, 1)))
        return [(step["result"], [f"{record['type']} {record['body']}".encode("utf-8", "surrogateescape")
                                  for record in step["records"]]) for step in report["steps"][1:]]
