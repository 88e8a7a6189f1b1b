import { AwsError } from '../../contract/aws-error.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { isObject, type Template } from './template.ts';

/** Functions that need values from the account, such as the tags of a VPC. */
const unanswerable = /"Fn::(RefAll|ValueOf|ValueOfAll)"/;

/** Checks the template's rules against its parameters; throws ValidationError. Rules that query the account are noted, not checked. */
export function checkRules(template: Template, scope: Scope, note: (text: string) => void): void {
  const failed = Object.entries(template.rules).flatMap(([name, rule]) => {
    if (!isObject(rule)) return [];
    if (unanswerable.test(JSON.stringify(rule))) {
      note(`The emulator does not check the rule ${name} of the template, because it needs values from the account.`);
      return [];
    }
    if (rule['RuleCondition'] !== undefined && !isTrue(rule['RuleCondition'], scope)) return [];
    return assertionsOf(rule['Assertions']).flatMap((assertion) =>
      isTrue(assertion['Assert'], scope) ? [] : [`${name}: ${assertion['AssertDescription'] ?? 'no description'}`],
    );
  });
  if (failed.length > 0)
    throw new AwsError('ValidationError', `The emulator finds broken rules in the template: ${failed.join('; ')}.`);
}

function assertionsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isTrue(value: unknown, scope: Scope): boolean {
  return String(evaluate(value, scope)) === 'true';
}
