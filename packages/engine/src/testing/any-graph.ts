import { resourceId } from "@holdfast/core";
import fc from "fast-check";
import type { DeclaredFake } from "./bench.ts";

/** FakeResources whose dependencies point to earlier ones: every acyclic graph may come, declared in some order. */
export function anyGraph(most = 12): fc.Arbitrary<readonly DeclaredFake[]> {
  const anyWish = fc.array(fc.nat({ max: most - 1 }), { maxLength: 3 });
  return fc
    .integer({ min: 1, max: most })
    .chain((count) =>
      fc.tuple(
        fc.array(anyWish, { minLength: count, maxLength: count }),
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, at) => at),
          { minLength: count, maxLength: count },
        ),
      ),
    )
    .map(([wishes, order]) => {
      const fakes = wishes.map((wish, at): DeclaredFake => {
        const earlier = new Set(wish.filter((other) => other < at));
        const dependsOn = [...earlier].map((other) => resourceId("fake", `c${other}`));
        return { name: `c${at}`, meta: { dependsOn } };
      });
      return order.flatMap((at) => fakes[at] ?? []);
    });
}
