import { describe, expect, it } from 'vitest';
import { contentSha } from '#core/tickets/text/content-sha.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';

const shaOf = (subject: string, description: string) => contentSha(prepareText({ subject, description }));
const SHA = shaOf('Export fails', 'It fails since Monday.\nPlease help.');

describe('Function: contentSha', () => {
  it('has 22 characters', () => {
    expect(SHA).toMatch(/^[\w-]{22}$/);
  });

  it.each([
    ['white space', ' Export  fails', 'It fails since Monday.\r\n  Please help.\n\n'],
    ['letter case', 'EXPORT FAILS', 'it fails since monday. please help.'],
    [
      'invisible characters',
      'Export\u200b fails',
      'It fails\u00ad since Monday.\n\u202ePlease help.\u{E0041}',
    ],
    ['markup', 'Export fails', '<p>It fails since Monday.</p><p>Please help.</p>'],
    [
      'quoted mail',
      'Export fails',
      'It fails since Monday.\nPlease help.\n\nOn Mon, 1 Jan 2024 Joe <j@x.com> wrote:\n> Hi',
    ],
    ['full-width letters', 'Ｅｘｐｏｒｔ fails', 'It fails since Monday.\nPlease help.'],
  ])('trap 47: is not changed by %s', (_name, subject, description) => {
    expect(shaOf(subject, description)).toBe(SHA);
  });

  it('changes with the content, and with the place of it', () => {
    const others = [
      shaOf('Export fails', 'It fails since Tuesday.\nPlease help.'),
      shaOf('Import fails', 'It fails since Monday.\nPlease help.'),
      contentSha({ subject: 'a', body: 'b c' }),
      contentSha({ subject: 'a b', body: 'c' }),
    ];
    expect(new Set([SHA, ...others]).size).toBe(5);
  });
});
