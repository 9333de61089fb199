// Long because: it is one table of fields.
import * as z from "zod/mini";
import {
  CONTAINER_NAME,
  imageReference,
  registrySchema,
  textsBy,
} from "../container-engine/fields.ts";
import { SIZE_TEXT } from "../size-text.ts";

const MAX_LIST = 200;

const words = z.array(z.string().check(z.maxLength(65_536))).check(z.maxLength(MAX_LIST));
const seconds = z.number().check(z.gt(0), z.maximum(86_400));
const word = z.string().check(z.regex(/^[^\s\p{Cc}]{1,255}$/u, "write it without blanks"));

const mountSchema = z.strictObject({
  type: z.optional(
    z
      .enum(["bind", "volume", "tmpfs"])
      .check(
        z.describe(
          "Default: bind for a source that begins with /, volume for another, tmpfs for none.",
        ),
      ),
  ),
  source: z.optional(
    z.string().check(z.minLength(1), z.describe("A path of the machine, or the name of a volume.")),
  ),
  target: z.string().check(z.describe("Where it is in the container, an absolute path.")),
  readOnly: z.optional(
    z.boolean().check(z.describe("It cannot be written there. Default: false.")),
  ),
});

const healthSchema = z.strictObject({
  command: z
    .array(z.string())
    .check(
      z.minLength(1),
      z.maxLength(MAX_LIST),
      z.describe("What is run in it, as argv: 0 is healthy."),
    ),
  interval: z.optional(seconds.check(z.describe("Seconds between two. Default: 30."))),
  timeout: z.optional(seconds.check(z.describe("Seconds that one may take. Default: 30."))),
  retries: z.optional(
    z
      .int()
      .check(
        z.minimum(1),
        z.maximum(1_000),
        z.describe("Failures until it is unhealthy. Default: 3."),
      ),
  ),
  startPeriod: z.optional(
    z
      .number()
      .check(
        z.minimum(0),
        z.maximum(86_400),
        z.describe("Seconds in which failures do not count. Default: 0."),
      ),
  ),
});

const limitsSchema = z.strictObject({
  memory: z.optional(
    z
      .union([
        z.int().check(z.minimum(1)),
        z.string().check(z.regex(SIZE_TEXT, "write a size such as 512M or 2G")),
      ])
      .check(z.describe('The most memory: bytes, or a text such as "512M" or "2G".')),
  ),
  cpus: z.optional(
    z
      .number()
      .check(
        z.minimum(0.01),
        z.maximum(4_096),
        z.describe("The most of processors, e.g. 1.5. Counted in steps of 0.00001."),
      ),
  ),
  pids: z.optional(
    z
      .int()
      .check(z.minimum(1), z.maximum(4_194_304), z.describe("The most processes and threads.")),
  ),
});

/** What an author writes under `spec` of a container; its name is the container's. */
export const containerSchema = z.strictObject({
  image: z.optional(
    imageReference.check(
      z.describe("The image: a name with a tag, a digest (@sha256:…), or both."),
    ),
  ),
  pull: z.optional(
    z
      .enum(["missing", "always", "never"])
      .check(
        z.describe(
          'When the image is pulled: "missing" (default), when it is not there; "always", each time the container is made; "never".',
        ),
      ),
  ),
  registry: registrySchema,
  command: z.optional(
    words.check(z.describe("What it runs, as argv. Left out: what its image says.")),
  ),
  entrypoint: z.optional(
    words.check(
      z.describe("What stands before the command, as argv. Left out: what its image says."),
    ),
  ),
  env: z.optional(
    textsBy(/^[^=\0\s]{1,255}$/, "The value.").check(
      z.describe("Environment: values by names. May hold secrets."),
    ),
  ),
  workingDirectory: z.optional(z.string().check(z.describe("Where its command starts."))),
  hostname: z.optional(word.check(z.describe("The name that it has for itself."))),
  user: z.optional(word.check(z.describe("user or user:group, by name or number."))),
  mounts: z.optional(
    z
      .array(mountSchema)
      .check(z.maxLength(MAX_LIST), z.describe("Paths, volumes and tmpfs in it.")),
  ),
  ports: z.optional(
    z
      .array(z.string().check(z.maxLength(64)))
      .check(
        z.maxLength(MAX_LIST),
        z.describe(
          'Published ports: "8080:80", "127.0.0.1:8080:80", "5353:53/udp", "[::1]:8080:80".',
        ),
      ),
  ),
  networks: z.optional(
    z
      .union([
        z.enum(["host", "none"]),
        z.array(z.string().check(z.regex(CONTAINER_NAME))).check(z.minLength(1), z.maxLength(20)),
      ])
      .check(z.describe('Names of its networks, "host", or "none". Left out: not managed.')),
  ),
  labels: z.optional(
    textsBy(/^(?!io\.holdfast\.)[^\s\p{Cc}]{1,255}$/u, "The value.").check(
      z.describe("Labels of it."),
    ),
  ),
  capabilities: z.optional(
    z
      .strictObject({
        add: z.optional(z.array(word).check(z.describe("Capabilities that it has more."))),
        drop: z.optional(
          z.array(word).check(z.describe("Capabilities that it has not; ALL is all.")),
        ),
      })
      .check(z.describe("Rights of its root beyond or below what the engine gives.")),
  ),
  privileged: z.optional(
    z.boolean().check(z.describe("It may do what root of the machine may. Default: false.")),
  ),
  readOnly: z.optional(
    z.boolean().check(z.describe("Only its mounts can be written. Default: false.")),
  ),
  noNewPrivileges: z.optional(
    z.boolean().check(z.describe("Set-uid programs in it give no rights. Default: false.")),
  ),
  limits: z.optional(
    limitsSchema.check(z.describe("The most that it may use. What is left out is not managed.")),
  ),
  restart: z.optional(
    z
      .enum(["no", "always", "unless-stopped", "on-failure"])
      .check(z.describe("When the engine starts it again by itself. Left out: not managed.")),
  ),
  health: z.optional(
    healthSchema.check(z.describe("How the engine finds out whether it is well.")),
  ),
  healthTimeout: z.optional(
    seconds.check(
      z.describe(
        "Seconds that a replacement has to get healthy before it is rolled back. Default: 60.",
      ),
    ),
  ),
  stopSignal: z.optional(
    word.check(z.describe("What asks it to end. Left out: what its image says.")),
  ),
  stopGrace: z.optional(
    z
      .int()
      .check(
        z.minimum(0),
        z.maximum(3_600),
        z.describe("Seconds that it may take to end by itself. Default: 10."),
      ),
  ),
  force: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          "Replace or remove a container of the name that Holdfast did not make. Default: false.",
        ),
      ),
  ),
  state: z.optional(
    z
      .enum(["running", "stopped", "absent"])
      .check(z.describe('"running" (default), "stopped", or "absent".')),
  ),
});

/** What an author writes under `spec` of a container. */
export type ContainerInput = z.infer<typeof containerSchema>;
