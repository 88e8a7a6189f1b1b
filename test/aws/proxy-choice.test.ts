import { expect, it } from 'vitest';
import { chooseProxy, type Environment, namesProxy } from '../../src/aws/proxy-choice.ts';

const host = 'ecs.eu-west-1.amazonaws.com';
const viaFor = (environment: Environment, secure = true, to = host, port = 443): string =>
  chooseProxy(secure, to, port, environment);

it.each<[string, Environment, string]>([
  ['HTTPS_PROXY', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
  ['https_proxy', { https_proxy: 'http://p:1' }, 'http://p:1'],
  ['small letters before capitals', { https_proxy: 'http://small:1', HTTPS_PROXY: 'http://big:1' }, 'http://small:1'],
  ['an empty variable as none', { https_proxy: '', HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
  ['ALL_PROXY last', { ALL_PROXY: 'http://all:1', HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
  ['all_proxy alone', { all_proxy: 'http://all:1' }, 'http://all:1'],
  ['HTTP_PROXY not at all', { HTTP_PROXY: 'http://p:1', http_proxy: 'http://p:2' }, ''],
  ['nothing', {}, ''],
])('for https it reads %s', (_, environment, expected) => {
  expect(viaFor(environment)).toBe(expected);
});

it('for http it reads HTTP_PROXY', () => {
  expect(viaFor({ HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://s:1' }, false, 'localhost', 80)).toBe('http://p:1');
});

it.each<[string, boolean]>([
  ['*', true],
  ['localhost, *', true],
  [host, true],
  ['ECS.EU-WEST-1.AMAZONAWS.COM', true],
  ['amazonaws.com', true],
  ['.amazonaws.com', true],
  ['*.amazonaws.com', true],
  ['*amazonaws.com', true],
  ['localhost,127.0.0.1,169.254.169.254,.amazonaws.com', true],
  ['localhost 127.0.0.1\t.amazonaws.com', true],
  [`${host}:443`, true],
  ['.amazonaws.com:443', true],
  [`${host}:8443`, false],
  ['aws.com', false],
  ['ws.com', false],
  ['cs.eu-west-1.amazonaws.com', false],
  ['elb.eu-west-1.amazonaws.com', false],
  ['169.254.169.254,localhost', false],
  ['', false],
  [',, ,', false],
  ['.', false],
])('NO_PROXY=%s exempts: %s', (exempt, expected) => {
  for (const name of ['NO_PROXY', 'no_proxy'])
    expect(viaFor({ HTTPS_PROXY: 'http://p:1', [name]: exempt })).toBe(expected ? '' : 'http://p:1');
});

it.each(['169.254.169.254', 'localhost', '127.0.0.1', '[::1]'])('NO_PROXY exempts the address %s', (address) => {
  expect(viaFor({ HTTP_PROXY: 'http://p:1', NO_PROXY: `x,${address}` }, false, address, 80)).toBe('');
});

it('whether any proxy is named', () => {
  expect(['HTTPS_PROXY', 'http_proxy', 'All_Proxy'].map((name) => namesProxy({ [name]: 'p' }))).toEqual([
    true,
    true,
    true,
  ]);
  expect(namesProxy({ HTTPS_PROXY: '', NO_PROXY: '*', MY_HTTPS_PROXY: 'p' })).toBe(false);
});
