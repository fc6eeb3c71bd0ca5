import { describe, expect, it } from 'vitest';
import { htmlText } from '#core/tickets/text/html-text.ts';

const squeezed = (html: string) => htmlText(html).replace(/\s+/g, ' ').trim();

describe('Function: htmlText', () => {
  it.each([
    ['<p>Hello<br>there &amp; <b>bye</b></p>', 'Hello there & bye'],
    ['<ul><li>one</li><li>two</li></ul>', '- one - two'],
    ['<style>p{color:red}</style><p>x</p><script>alert("</p>")</script>', 'x'],
    ['<p>a<!-- hidden -->b</p>', 'ab'],
    ['<p title="a">x</p><img src="x.png">', 'x'],
    ['<p>&#8364; &#x1F600; &eacute; &unknown; &#0;</p>', '€ 😀 é &unknown; \ufffd'],
    ['<p>never closed <b', 'never closed <b'],
    ['<p>1 < 2 > 0</p>', '1 < 2 > 0'],
    ['<p>write to <name></p>', 'write to <name>'],
    ['<p>new</p><blockquote type="cite"><blockquote>old</blockquote>older</blockquote><p>end</p>', 'new end'],
    ['<div>new</div><div class="gmail_quote"><div>old</div></div>', 'new'],
  ])('reads %s', (html, expected) => {
    expect(squeezed(html)).toBe(expected);
  });

  it.each(['if a < b and c > d', 'use <div> in the template', 'a <b> c'])(
    'leaves text without markup: %s',
    (text) => {
      expect(htmlText(text)).toBe(text);
    },
  );

  it.each(['<', '<a ', '<p>', '<!--', '<script>', '<blockquote type=cite>', '&#', '</p><!--'])(
    'takes a time in proportion to the length: %s',
    (piece) => {
      const html = `</p>${piece.repeat(Math.ceil(250_000 / piece.length))}`;
      const before = performance.now();
      htmlText(html);
      expect(performance.now() - before).toBeLessThan(5_000);
    },
  );
});
