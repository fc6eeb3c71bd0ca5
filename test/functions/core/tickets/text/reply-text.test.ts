import { describe, expect, it } from 'vitest';
import { withoutQuotes } from '#core/tickets/text/reply-text.ts';

const OLD = 'Hello, this is the old mail.';

describe('Function: withoutQuotes', () => {
  it.each([
    'On Mon, Jan 1, 2024 at 10:00 AM John Doe <john@example.com> wrote:',
    'On Mon, Jan 1, 2024 at 10:00 AM John Doe\n<john@example.com> wrote:',
    'Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb John Doe <john@example.com>:',
    'Am 01.01.2024 um 10:00 schrieb John Doe:',
    'Le lun. 1 janv. 2024 à 10:00, John Doe <john@example.com> a écrit :',
    'El lun, 1 ene 2024 a las 10:00, John Doe (<john@example.com>) escribió:',
    'Em seg., 1 de jan. de 2024 às 10:00, John Doe <john@example.com> escreveu:',
    'Il giorno lun 1 gen 2024 alle ore 10:00 John Doe <john@example.com> ha scritto:',
    'Op ma 1 jan 2024 om 10:00 schreef John Doe <john@example.com>:',
    'John Doe <john@example.com>, 1 Oca 2024 Pzt, 10:00 tarihinde şunu yazdı:',
    '2024年1月1日(月) 10:00 John Doe <john@example.com>のメッセージ：',
    '在 2024年1月1日 10:00，John Doe <john@example.com> 写道：',
    'пн, 1 янв. 2024 г. в 10:00, John Doe <john@example.com>:',
    'Den mån 1 jan. 2024 10:00 skrev John Doe <john@example.com>:',
    'W dniu pon., 1 sty 2024 o 10:00 John Doe <john@example.com> napisał(a):',
    '-----Original Message-----',
    '-----Ursprüngliche Nachricht-----',
    '________________________________\nFrom: John Doe <john@example.com>\nSent: Monday\nTo: me\nSubject: x',
    'Von: John Doe <john@example.com>\nGesendet: Montag\nAn: mich\nBetreff: x',
    'De : John Doe <john@example.com>\nEnvoyé : lundi\nÀ : moi\nObjet : x',
    '##- Please type your reply above this line -##',
  ])('cuts what stands below %s', (header) => {
    expect(withoutQuotes(`It still fails.\n\n${header}\n\n${OLD}`).replace(/[\s_]+$/, '')).toBe(
      'It still fails.',
    );
    expect(withoutQuotes(`It still fails.\n${header}\n> ${OLD}`).replace(/[\s_]+$/, '')).toBe(
      'It still fails.',
    );
  });

  it('keeps what is written below or between quoted lines', () => {
    const text =
      'On Mon, Jan 1, 2024 John Doe <j@x.com> wrote:\n> Which version?\nVersion 2.\n> And since when?\nMonday.';
    expect(withoutQuotes(text)).toBe('Version 2.\nMonday.');
  });

  it('takes marked lines without a header for a quote before and behind what is written, not within it', () => {
    expect(withoutQuotes('> Which version?\n\nVersion 2.\n\n> Kind regards\n> Support').trim()).toBe(
      'Version 2.',
    );
    const copied = 'The page says\n> Blocked by policy\n> Try again\nand I cannot go on.';
    expect(withoutQuotes(copied)).toBe(copied);
  });

  it('keeps the content of a forwarded mail', () => {
    const text = `See below.\n---------- Forwarded message ---------\nFrom: John <j@x.com>\nDate: Monday\n\n${OLD}`;
    expect(withoutQuotes(text)).toContain(OLD);
  });

  it('gives the quote where there is nothing else', () => {
    expect(withoutQuotes(`> ${OLD}\n>> x`)).toBe(`${OLD}\nx`);
    expect(withoutQuotes(`-----Original Message-----\n${OLD}`)).toContain(OLD);
  });

  it.each([
    'From: the main menu I choose export.\nIt hangs.',
    'On Monday my colleague wrote a report and it was lost.',
    'Am Montag schrieb ich Ihnen: keine Antwort.\nBitte helfen Sie.',
    'Steps:\n1. Open\n2. Close',
  ])('leaves alone: %s', (text) => {
    expect(withoutQuotes(text)).toBe(text);
  });

  it.each([
    'On a ',
    'Op a schreef b: c\n',
    'From: a\n',
    'From: a <b\n',
    '> \n',
    '\n',
    'On xxxxxx wrote\n',
    '-',
  ])('takes a time in proportion to the length: %s', (piece) => {
    const before = performance.now();
    withoutQuotes(piece.repeat(Math.ceil(250_000 / piece.length)));
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
