import { knownValue, type ValuedTemplate } from './known-value.ts';
import { asList, objectAt, type TemplateValue, valueAt } from './template-value.ts';

/** Warns of redirects with a fixed part where a keyword is usual: Octopus replaces `#{host}` if the project has a variable of that name. */
export function redirectWarnings(template: ValuedTemplate): string[] {
  return Object.entries(objectAt(template.body, 'Resources')).flatMap(([id, resource]) =>
    redirectsOf(resource).flatMap((redirect) =>
      Object.entries(keywords).flatMap(([property, keyword]) => {
        const value = knownValue(template, valueAt(redirect, property));
        // Any keyword shows that the text arrived as it was written.
        if (typeof value !== 'string' || value === '' || value.includes('#{')) return [];
        return [
          `${id} redirects every request to the ${property} ${value}. If your template says #{${keyword}} there, Octopus replaced it with the project variable ${keyword}: write ##{${keyword}} instead.`,
        ];
      }),
    ),
  );
}

/** What a redirect usually keeps, by property; fixed ports and protocols are too common to warn about. */
const keywords = { Host: 'host', Path: 'path', Query: 'query' } as const;

function redirectsOf(resource: TemplateValue | undefined): TemplateValue[] {
  if (!/^AWS::ElasticLoadBalancingV2::Listener(Rule)?$/.test(String(valueAt(resource, 'Type')))) return [];
  return ['Actions', 'DefaultActions']
    .flatMap((name) => asList(valueAt(resource, 'Properties', name)))
    .flatMap((action) => valueAt(action, 'RedirectConfig') ?? []);
}
