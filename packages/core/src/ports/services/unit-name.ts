/** What the name of a unit says. */
export interface UnitName {
  /** All of it, with the suffix. */
  readonly name: string;
  /** `service`, `timer`, `mount` … */
  readonly suffix: string;
  /** Before the suffix and the instance: `getty` of `getty@tty1.service`. */
  readonly prefix: string;
  /** Behind the `@`; empty for a template, `undefined` for a unit that is no instance. */
  readonly instance: string | undefined;
  /** The template that an instance is made from; `undefined` for every other unit. */
  readonly template: string | undefined;
}

/** As systemd limits it. */
const MOST_CHARACTERS = 255;
/** systemd.unit(5); whatever it names is neither a path nor a pattern nor an option. */
const UNIT_NAME =
  /^(?<prefix>[A-Za-z0-9:_.\\-]+)(?:@(?<instance>[A-Za-z0-9:_.\\@-]*))?\.(?<suffix>service|socket|target|timer|mount|automount|swap|path|slice|scope|device)$/;

/** Takes the full name of a unit apart; `undefined` for what systemd would not take as one. */
export function parseUnitName(name: string): UnitName | undefined {
  const groups = name.length > MOST_CHARACTERS ? undefined : UNIT_NAME.exec(name)?.groups;
  const { prefix, suffix, instance } = groups ?? {};
  if (prefix === undefined || suffix === undefined) return undefined;
  const isInstance = instance !== undefined && instance !== "";
  const template = isInstance ? `${prefix}@.${suffix}` : undefined;
  return { name, suffix, prefix, instance, template };
}

/** Whether it is a template, of which nothing can run: `getty@.service`. */
export function isTemplate({ instance }: UnitName): boolean {
  return instance === "";
}
