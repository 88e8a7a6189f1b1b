import { isSpecific } from '../../canary/bypass-rules.ts';
import type { TestMark } from '../../canary/test-rule.ts';
import { type Parameter, ParameterProblem } from '../../parameters/parameters.ts';
import { integer, text } from '../../parameters/parsers.ts';

/** The query string that marks a tester's request. */
export const testQueryString: Parameter<TestMark['query']> = {
  name: 'EcsCanary.TestQueryString',
  label: 'Test query string',
  help: 'Requests with this query string reach green only, for example `test=true`. Links and assets on a page lack it; a header covers them too. Blank for none.',
  control: 'SingleLineText',
  defaultValue: 'test=true',
  parse: parseQuery,
};

/** The header that marks a tester's request. */
export const testHeader: Parameter<TestMark['header']> = {
  name: 'EcsCanary.TestHeader',
  label: 'Test header',
  help: 'Requests with this header reach green only, for example `X-Canary: green`. If there is a query string too, a request needs both. Blank for none.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: parseHeader,
};

/** Where the test rule stands among the listener's rules. */
export const testRulePriority: Parameter<number> = {
  name: 'EcsCanary.TestRulePriority',
  label: 'Test rule priority',
  help: 'The priority of the test rule on its listener, for example `5`. It must be free, and lower than the priority of the production rule.',
  control: 'SingleLineText',
  defaultValue: '5',
  parse: integer(1, 50_000),
};

function parseQuery(raw: string): TestMark['query'] {
  const typed = text(raw).replace(/^\?/, '');
  if (typed === '') return undefined;
  const [key = '', value = ''] = typed.includes('=')
    ? [typed.slice(0, typed.indexOf('=')), typed.slice(typed.indexOf('=') + 1)]
    : ['', typed];
  if (!/^[\w.$/~"'@:+()!,;=*?-]*$/.test(typed))
    throw new ParameterProblem(
      'enter one key=value pair of characters that a load balancer can match, for example test=true.',
    );
  if (value === '' || key.length > 128 || value.length > 128) {
    throw new ParameterProblem(
      'key and value can have at most 128 characters each, and the value must not be empty, for example test=true.',
    );
  }
  refuseWildcards(value);
  return { key, value };
}

function parseHeader(raw: string): TestMark['header'] {
  const typed = text(raw);
  if (typed === '') return undefined;
  const match = /^(?!host\s*:)([!#$%&'+.^_`|~0-9a-z-]{1,40})\s*:\s*([!-~][ -~]{0,127})$/i.exec(typed);
  if (!match?.[1] || !match[2]) {
    throw new ParameterProblem(
      'write it as Name: value, with at most 40 characters for the name and 128 for the value, for example X-Canary: green.',
    );
  }
  refuseWildcards(match[2].trim());
  return { name: match[1], value: match[2].trim() };
}

/** A value that everyone sends would route ordinary users to green, whatever share was approved. */
function refuseWildcards(value: string): void {
  if (!isSpecific(value))
    throw new ParameterProblem(
      'the value must be one that only testers send: it needs a letter or digit, not just wildcards and punctuation.',
    );
}
