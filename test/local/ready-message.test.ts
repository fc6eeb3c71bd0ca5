import { describe, expect, it } from 'vitest';
import { type ReadyMessage, showReady } from '#local/ready-message.ts';

function shown(change: Partial<ReadyMessage> = {}): string {
  const lines: string[] = [];
  showReady(
    { line: (line) => lines.push(line) },
    {
      session: { api: 'http://api', marketplace: 'http://market' },
      sessionFile: '/data/session.json',
      dataDirectory: '/data',
      embeddedSkills: undefined,
      embedded: { zendesk: false, claude: false },
      isFeedUnknown: false,
      ...change,
    },
  );
  return lines.join('\n');
}

describe('Function: showReady', () => {
  it('says where everything is, and shows no token', () => {
    expect(shown()).toBe(`
API          http://api
Marketplace  http://market
Data         /data (logs/)
Tokens       in /data/session.json, one for each level, good for 30 days
Try:
  curl -H "Authorization: Bearer $(jq -r .tokens.STUDENT '/data/session.json')" 'http://api/api/skills?limit=3'
`);
  });

  it('says how many skills the embedded marketplace has, and that a feed is not known', () => {
    expect(shown({ embeddedSkills: 5000 })).toContain('http://market (embedded, 5,000 skills)\n');
    expect(shown({ isFeedUnknown: true })).toContain('\nFeed         none: ATOM_SAAS_WS_URL is not set\n');
  });

  it('says where the tickets come from and who analyses them, where there are tickets', () => {
    const session = { api: 'a', marketplace: 'm', zendesk: 'http://z', claude: 'http://c' };
    expect(shown({ session })).toContain('\nZendesk      http://z\nClaude       http://c\n');
    expect(shown({ session })).toContain(
      `\n  curl -H "Authorization: Bearer $(jq -r .tokens.SUPERVISED '/data/session.json')" -H 'Accept: text/markdown' 'a/api/digest'\n`,
    );
    expect(shown({ session, embedded: { zendesk: true, claude: true } })).toContain(
      '\nZendesk      http://z (embedded)\nClaude       http://c (embedded, answers by rules)\n',
    );
  });
});
