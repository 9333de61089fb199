import { packageLaws } from "./package-laws.ts";
import { simulatedPackageSubject } from "./simulated-package-subject.ts";

packageLaws({ machine: "the simulated machine", requests: 100 }, async () =>
  simulatedPackageSubject(),
);
