import { expect, it } from 'vitest';
import { redirectWarnings } from '../../src/stack-template/redirect-keywords.ts';

const redirecting = (RedirectConfig: Record<string, string>, parameters: Record<string, string> = {}) =>
  redirectWarnings({
    body: {
      Parameters: { Domain: { Type: 'String' } },
      Resources: {
        Listener: {
          Type: 'AWS::ElasticLoadBalancingV2::Listener',
          Properties: { DefaultActions: [{ Type: 'redirect', RedirectConfig }] },
        },
      },
    },
    parameters,
  });

it('is silent about keywords, and about a fixed protocol, port and status code', () => {
  const Port = '443';
  expect(redirecting({ Protocol: 'HTTPS', Port, Host: '#{host}', Path: '/#{path}', Query: '#{query}' })).toEqual([]);
  expect(redirecting({ Protocol: 'HTTPS', Port, StatusCode: 'HTTP_301' })).toEqual([]);
});

it('tells a fixed host from a keyword that a project variable may have replaced', () => {
  expect(redirecting({ Host: 'db.internal', Path: '/#{path}' })).toEqual([
    'Listener redirects every request to the Host db.internal. If your template says #{host} there, Octopus replaced it with the project variable host: write ##{host} instead.',
  ]);
  expect(redirecting({ Path: '/srv/app' })).toEqual([
    expect.stringContaining('the Path /srv/app. If your template says #{path}'),
  ]);
  expect(redirecting({ Query: '' })).toEqual([]);
});

it('reads values through the parameters of the template', () => {
  const Host = { Ref: 'Domain' } as unknown as string;
  expect(redirecting({ Host }, { Domain: 'shop.example.com' })).toEqual([
    expect.stringContaining('Host shop.example.com'),
  ]);
  expect(redirecting({ Host })).toEqual([]);
});
