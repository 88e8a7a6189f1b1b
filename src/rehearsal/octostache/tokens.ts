/** One part of a variable's path: `Octopus`, `.Action`, `[Prepare Blue]` or `[#{Name}]`; `at` is where it stands. */
export type PathStep =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'index'; readonly text: string; readonly at: number }
  | { readonly kind: 'variableIndex'; readonly path: Path; readonly at: number };
export type Path = readonly PathStep[];

/** A variable, or a filter with what it is applied to. */
export type Expression =
  | { readonly kind: 'variable'; readonly path: Path }
  | {
      readonly kind: 'filter';
      readonly name: string;
      readonly argument: Expression;
      readonly options: readonly Token[];
    };

export interface Comparison {
  readonly equal: boolean;
  readonly right: { readonly literal: string } | { readonly expression: Expression };
}

export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'substitution'; readonly expression: Expression }
  | {
      readonly kind: 'conditional';
      readonly left: Expression;
      readonly comparison: Comparison | undefined;
      readonly truthy: readonly Token[];
      readonly falsy: readonly Token[];
    }
  | {
      readonly kind: 'repetition';
      readonly enumerator: string;
      readonly collection: Path;
      readonly body: readonly Token[];
    };

/** The text that Octopus prints for an expression that it cannot resolve: normalised, not as it was written. */
export function printToken(token: Token): string {
  switch (token.kind) {
    case 'text':
      return token.text.replaceAll('#{', '##{');
    case 'substitution':
      return `#{${printExpression(token.expression)}}`;
    case 'conditional':
      // An "unless" was swapped when it was parsed.
      return `#{if ${printExpression(token.left)}${printComparison(token.comparison)}}${printTokens(token.truthy)}${
        token.falsy.length === 0 ? '' : `#{else}${printTokens(token.falsy)}`
      }#{/if}`;
    case 'repetition':
      return `#{each ${token.enumerator} in ${printPath(token.collection)}}${printTokens(token.body)}#{/each}`;
  }
}

/** The same for what stands between the braces. */
export function printExpression(expression: Expression): string {
  if (expression.kind === 'variable') return printPath(expression.path);
  const options = expression.options.map((option) => {
    return option.kind === 'text' ? ` "${printToken(option)}"` : ` ${printToken(option)}`;
  });
  return `${printExpression(expression.argument)} | ${expression.name}${options.join('')}`;
}

/** A path as it is written in an expression. */
export function printPath(path: Path): string {
  return path
    .map((step, index) => {
      if (step.kind === 'name') return index === 0 ? step.text : `.${step.text}`;
      return `[${step.kind === 'index' ? step.text : `#{${printPath(step.path)}}`}]`;
    })
    .join('');
}

function printTokens(tokens: readonly Token[]): string {
  return tokens.map(printToken).join('');
}

function printComparison(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '';
  const { equal, right } = comparison;
  return ` ${equal ? '==' : '!='} ${'literal' in right ? `"${right.literal}"` : printExpression(right.expression)} `;
}
