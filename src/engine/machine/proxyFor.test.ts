import { describe, expect, test } from 'vitest';
import { namesProxy, proxyFor } from './proxyFor.ts';

const through = (url: string, env: Record<string, string>): string =>
  proxyFor(new URL(url), env)?.host ?? 'direct';

describe('the proxy that the environment names', () => {
  const both = { http_proxy: 'http://plain:1', HTTPS_PROXY: 'http://secure:2' };

  test.each([
    ['http://a.example/', both, 'plain:1'],
    ['https://a.example/', both, 'secure:2'],
    ['https://a.example/', { http_proxy: 'http://plain:1' }, 'direct'],
    ['https://a.example/', { all_proxy: 'http://all:3' }, 'all:3'],
    ['http://a.example/', { http_proxy: 'http://small:1', HTTP_PROXY: 'http://big:1' }, 'small:1'],
    ['http://a.example/', { http_proxy: '', HTTP_PROXY: 'http://big:1' }, 'big:1'],
    ['http://a.example/', { HTTP_PROXY: 'http://big:1', REQUEST_METHOD: 'GET' }, 'direct'],
    ['http://a.example/', { http_proxy: 'bare:3128' }, 'bare:3128'],
  ])('%s with %j goes through %s', (url, env, host) => {
    expect(through(url, env as Record<string, string>)).toBe(host);
  });

  test.each([
    ['http://a.example/', 'a.example', true],
    ['http://b.a.example/', 'a.example', true],
    ['http://b.a.example/', '.a.example', true],
    ['http://b.a.example/', '*.a.example', true],
    ['http://ba.example/', 'a.example', false],
    ['http://A.EXAMPLE/', 'x.example, a.Example', true],
    ['http://a.example/', 'x.example a.example.', true],
    ['http://a.example:8080/', 'a.example:8080', true],
    ['http://a.example/', 'a.example:8080', false],
    ['https://a.example/', 'a.example:443', true],
    ['http://10.1.2.3/', '10.0.0.0/8', true],
    ['http://11.1.2.3/', '10.0.0.0/8', false],
    ['http://10.1.2.3/', '2.3', false],
    ['http://[fd00::1]/', 'fd00::/8', true],
    ['http://[::1]:8080/', '[::1]:8080', true],
    ['http://[::1]/', '::1', true],
    ['http://a.example/', '10.0.0.0/99,nonsense/,:', false],
    ['http://a.example/', '*', true],
    ['http://a.example/', '', false],
  ])('%s is excepted by no_proxy=%s: %s', (url, list, isExcepted) => {
    for (const name of ['no_proxy', 'NO_PROXY']) {
      const host = through(url, { all_proxy: 'http://proxy:1', [name]: list });
      expect(host).toBe(isExcepted ? 'direct' : 'proxy:1');
    }
  });

  test('no proxy is named by nothing, and one that is no URL is refused without being shown', () => {
    expect(namesProxy({ no_proxy: 'x', http_proxy: ' ' })).toBe(false);
    expect(namesProxy({ HTTPS_PROXY: 'http://x' })).toBe(true);
    const refused = (): unknown => through('http://a/', { http_proxy: 'http://u:secret@:::' });
    // Nothing of what it names is told: it may hold a password.
    expect(refused).toThrow(/^[^:@]*$/);
  });
});
