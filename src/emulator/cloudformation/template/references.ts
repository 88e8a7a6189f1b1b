import { attributeParts, functionCall, placeholder, substitution } from './intrinsics.ts';
import { splitAttribute } from './parse-text.ts';
import { isObject } from './template.ts';

/** A reference to a parameter, pseudo parameter or resource, or with `attribute` to a resource's attribute. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/** Everything that a value's functions refer to, in order, including both branches of every Fn::If. */
export function findReferences(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(findReferences);
  if (!isObject(value)) return [];
  const call = functionCall(value);
  if (!call) return Object.values(value).flatMap(findReferences);
  switch (call.name) {
    case 'Ref':
      return [{ name: String(call.argument) }];
    case 'Condition':
      return [];
    case 'Fn::GetAtt':
      return [attributeReference(call.argument)];
    case 'Fn::Sub':
      return substitutionReferences(call.argument);
    default:
      return findReferences(call.argument);
  }
}

function attributeReference(argument: unknown): Reference {
  const [name, attribute] = attributeParts(argument);
  return { name, attribute: typeof attribute === 'string' ? attribute : '' };
}

function substitutionReferences(argument: unknown): Reference[] {
  const { text, variables } = substitution(argument);
  const inText = [...text.matchAll(placeholder)].map((match) => (match[1] ?? '').trim());
  const own = inText.filter((name) => !Object.hasOwn(variables, name)).map(placeholderReference);
  return [...own, ...Object.values(variables).flatMap(findReferences)];
}

function placeholderReference(name: string): Reference {
  if (!name.includes('.')) return { name };
  const [logicalId, attribute] = splitAttribute(name);
  return { name: logicalId, attribute };
}
