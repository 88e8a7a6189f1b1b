import { isIP } from 'node:net';
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { validationError } from './errors.ts';

const fields = [
  'path-pattern',
  'host-header',
  'http-header',
  'http-request-method',
  'query-string',
  'source-ip',
] as const;
type Field = (typeof fields)[number];

const repeatable: readonly Field[] = ['http-header', 'query-string'];

/** The conditions as AWS stores them, with both ways of writing a path or host filled in; throws ValidationError. */
export function acceptConditions(conditions: readonly RuleCondition[] | undefined): readonly RuleCondition[] {
  if (!conditions?.length) throw validationError('A condition must be specified');
  const accepted = conditions.map(acceptCondition);
  checkLimits(accepted);
  return accepted;
}

/** Everything that a condition compares with, including keys of query strings. */
export function conditionValues(condition: RuleCondition): string[] {
  const { PathPatternConfig, HostHeaderConfig, HttpHeaderConfig, HttpRequestMethodConfig, SourceIpConfig } = condition;
  const configs = [PathPatternConfig, HostHeaderConfig, HttpHeaderConfig, HttpRequestMethodConfig, SourceIpConfig];
  const pairs = condition.QueryStringConfig?.Values ?? [];
  return [
    ...configs.flatMap((config) => config?.Values ?? []),
    ...regularExpressions(condition),
    ...pairs.map(({ Key, Value }) => (Key === undefined ? (Value ?? '') : `${Key}=${Value ?? ''}`)),
  ];
}

function acceptCondition(condition: RuleCondition): RuleCondition {
  const field = fields.find((known) => known === condition.Field);
  if (!field) {
    throw validationError(`Condition field '${condition.Field ?? ''}' must be one of '[${fields.join(', ')}]'`);
  }
  const accepted = fillBothForms(field, condition);
  const values = conditionValues(accepted);
  if (values.length === 0) throw validationError('A condition value must be specified');
  for (const value of values) checkValue(field, value);
  for (const pattern of regularExpressions(accepted)) checkExpression(pattern);
  const header = accepted.HttpHeaderConfig?.HttpHeaderName;
  if (field === 'http-header' && !(header && header.length <= 40 && !/[*?]/.test(header))) {
    throw validationError(`The header name '${header ?? ''}' must have 1 to 40 characters and no wildcards`);
  }
  return accepted;
}

function regularExpressions({ PathPatternConfig, HostHeaderConfig, HttpHeaderConfig }: RuleCondition): string[] {
  return [PathPatternConfig, HostHeaderConfig, HttpHeaderConfig].flatMap((config) => config?.RegexValues ?? []);
}

function checkExpression(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch {
    throw validationError(`The emulator cannot match the regular expression '${pattern}' of a condition.`);
  }
}

function fillBothForms(field: Field, condition: RuleCondition): RuleCondition {
  if (field === 'path-pattern') {
    const config = condition.PathPatternConfig ?? { Values: condition.Values };
    return { ...condition, Values: config.Values, PathPatternConfig: config };
  }
  if (field === 'host-header') {
    const config = condition.HostHeaderConfig ?? { Values: condition.Values };
    return { ...condition, Values: config.Values, HostHeaderConfig: config };
  }
  return condition;
}

function checkValue(field: Field, value: string): void {
  if (value === '' || value.length > 128) {
    throw validationError(`Condition value '${value}' must have between '1' and '128' characters`);
  }
  if (field === 'source-ip' && !isCidr(value))
    throw validationError(`The source IP condition value '${value}' is not a CIDR block`);
  if (field === 'http-request-method' && !/^[A-Z_-]{1,40}$/.test(value)) {
    throw validationError(`The HTTP request method '${value}' is not valid`);
  }
}

function checkLimits(conditions: readonly RuleCondition[]): void {
  const names = conditions.map(({ Field }) => Field as Field);
  const twice = names.find((name, index) => !repeatable.includes(name) && names.indexOf(name) !== index);
  if (twice) throw validationError(`Condition field '${twice}' can only be used once in a rule`);
  const values = conditions.flatMap(conditionValues);
  if (values.length > 5) throw validationError("A rule can only have '5' condition values");
  const wildcards =
    values
      .join('')
      .replace(/\\[*?]/g, '')
      .match(/[*?]/g)?.length ?? 0;
  if (wildcards > 5) throw validationError("A rule can only have '5' condition wildcards");
}

function isCidr(value: string): boolean {
  const [address = '', bits = ''] = value.split('/');
  const version = isIP(address);
  return version !== 0 && /^\d+$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
