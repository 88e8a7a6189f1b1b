/** The variables that a body has bound, by name. */
type Scope = Readonly<Record<string, unknown>>;

interface Rule {
  readonly name: string;
  readonly kind: 'default' | 'conditional' | 'comprehension';
  /** JSON, or for a comprehension the variable that it collects. */
  readonly value: string;
  readonly body: readonly string[];
}

/**
 * The value of a rule, for the few forms of Rego that our policies have, as OPA's language reference defines them.
 * It stands in for an evaluator, because npm has none that works without a server or a compiler.
 * @throws SyntaxError for any other form
 */
export function evaluateRego(text: string, name: string, input: object): unknown {
  const rules = readRules(text);
  const find = (wanted: string): unknown => {
    if (wanted === 'input') return input;
    for (const { kind, value, body } of rules.filter((rule) => rule.name === wanted && rule.kind !== 'default')) {
      const solutions = solve(body, {}, find);
      if (kind === 'comprehension') return solutions.map((scope) => scope[value]);
      if (solutions.length > 0) return JSON.parse(value);
    }
    const otherwise = rules.find((rule) => rule.name === wanted && rule.kind === 'default');
    return otherwise && JSON.parse(otherwise.value);
  };
  return find(name);
}

function readRules(text: string): readonly Rule[] {
  const [, ...blocks] = text.split('\n\n');
  return blocks.map((block) => {
    const [head = '', ...rest] = block.split('\n');
    const body = rest.slice(0, -1).map((line) => line.trim());
    const [, fixed = '', given] = /^default (\w+) := (.+)$/.exec(head) ?? [];
    if (given !== undefined) return { name: fixed, kind: 'default', value: given, body };
    const [, collected = '', variable] = /^(\w+) := \[(\w+) \|$/.exec(head) ?? [];
    if (variable !== undefined) return { name: collected, kind: 'comprehension', value: variable, body };
    const [, name, value = 'true'] = /^(\w+)(?: := (.+))? if \{$/.exec(head) ?? refuse(head);
    return { name: name ?? '', kind: 'conditional', value, body };
  });
}

/** Every way in which all lines hold. */
function solve(
  [line, ...rest]: readonly string[],
  scope: Scope,
  findRule: (name: string) => unknown,
): readonly Scope[] {
  if (line === undefined) return [scope];
  const find = (path: string): unknown => {
    const [head = '', ...fields] = path.split('.');
    const start = head in scope ? scope[head] : findRule(head);
    return fields.reduce<unknown>((value, field) => (value as Scope | undefined)?.[field], start);
  };
  const bind = (variable: string, path: string) => items(find(path)).map((item) => ({ ...scope, [variable]: item }));
  const [, some, among] = /^some (\w+) in ([\w.]+)$/.exec(line) ?? [];
  if (some !== undefined) return bind(some, among ?? '').flatMap((bound) => solve(rest, bound, findRule));
  const [, each, all] = /^every (\w+) in ([\w.]+) \{$/.exec(line) ?? [];
  if (each === undefined) return holds(line, find) ? solve(rest, scope, findRule) : [];
  const end = rest.indexOf('}');
  const hold = bind(each, all ?? '').every((bound) => solve(rest.slice(0, end), bound, findRule).length > 0);
  return hold ? solve(rest.slice(end + 1), scope, findRule) : [];
}

function holds(line: string, find: (path: string) => unknown): boolean {
  const [, counted, least] = /^count\(([\w.]+)\) > (\d+)$/.exec(line) ?? [];
  if (counted !== undefined) return items(find(counted)).length > Number(least);
  const [, compared, literal] = /^([\w.]+) == (true|false|".*")$/.exec(line) ?? [];
  if (compared !== undefined) return find(compared) === JSON.parse(literal ?? '');
  const [, not, path = '', list] = /^(not )?([\w.]+)(?: in ([\w.]+))?$/.exec(line) ?? refuse(line);
  const value = find(path);
  const isTrue = list === undefined ? value !== undefined && value !== false : items(find(list)).includes(value);
  return isTrue === (not === undefined);
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function refuse(line: string): never {
  throw new SyntaxError(`This form of Rego is not read here: ${line}`);
}
