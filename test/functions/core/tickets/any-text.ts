import fc from 'fast-check';

/** Text of any UTF-16 units, halves of pairs and control characters as well. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom(...'ab@.<>[]()"\\ \n+-0123456789'),
  );
  return fc.array(unit, { maxLength, size: 'max' }).map((units) => units.join(''));
}
