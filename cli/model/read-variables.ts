/** Stands for all variables, where somebody listed them. */
export const allVariables = "*";

/** Does work, and adds to `names` the names of the variables of this process that it looks at. */
export function noteReadVariables<T>(names: Set<string>, work: () => T): T {
  const { env } = process;
  const note = (name: string | symbol): void => {
    if (typeof name === "string") names.add(name);
  };
  process.env = new Proxy(env, {
    get: (target, name) => {
      note(name);
      return Reflect.get(target, name) as unknown;
    },
    has: (target, name) => {
      note(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor: (target, name) => {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys: (target) => {
      names.add(allVariables);
      return Reflect.ownKeys(target);
    },
  });
  try {
    return work();
  } finally {
    process.env = env;
  }
}

/** The values of variables, with their names, as text; for a hash, because they may be secret. */
export function variablesText(names: readonly string[]): string {
  const chosen = names.includes(allVariables) ? Object.keys(process.env) : names;
  return JSON.stringify([...chosen].sort().map((name) => [name, process.env[name] ?? null]));
}
