import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { DaemonFault } from "../../daemon-fault.ts";
import { type AccessRules, refuseAccess } from "./access.ts";

const id = fc.integer({ min: 0, max: 4 });
const rules: fc.Arbitrary<AccessRules> = fc.record({
  ownerUid: id,
  readersGid: fc.option(id, { nil: undefined }),
  operatorsGid: fc.option(id, { nil: undefined }),
});
const peer = fc.record({ pid: id, uid: id, gids: fc.array(id, { maxLength: 3 }) });
const access = fc.constantFrom("read" as const, "act" as const);
const fault = new DaemonFault({ reason: "NativeUnavailable", message: "none", resolution: "Get." });

const isLetIn = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch (error) {
    assert.match(String(Reflect.get(Object(error), "reason")), /^(?:NotPermitted|PeerUnknown)$/);
    return false;
  }
};

suite("rights", () => {
  test("M8: root, the owner and operators act; they and readers read; nobody else does either", () => {
    fc.assert(
      fc.property(access, rules, peer, (what, given, asking) => {
        const { ownerUid, readersGid, operatorsGid } = given;
        const isTrusted = asking.uid === 0 || asking.uid === ownerUid;
        const isIn = (gid: number | undefined) => gid !== undefined && asking.gids.includes(gid);
        const mayAct = isTrusted || isIn(operatorsGid);
        const mayRead = mayAct || isIn(readersGid);
        const isLet = isLetIn(() => refuseAccess(what, given, { type: "known", peer: asking }));
        assert.equal(isLet, what === "act" ? mayAct : mayRead);
      }),
    );
  });

  test("M8: where the client cannot be identified, nobody acts through a socket that a group can reach", () => {
    fc.assert(
      fc.property(access, rules, (what, given) => {
        const isIn = isLetIn(() => refuseAccess(what, given, { type: "unknown", fault }));
        assert.equal(isIn, what === "read" || given.readersGid === undefined);
      }),
    );
  });
});
