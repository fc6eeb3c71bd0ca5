/** The language of a text: by its script, and where that is shared by its commonest words. */
import { plain } from './lexicon.ts';

const SCRIPTS: readonly (readonly [language: string, letters: RegExp])[] = [
  ['ja', /[\u3040-\u30ff]/g],
  ['ko', /[\uac00-\ud7af]/g],
  ['zh', /[\u3400-\u9fff]/g],
  ['th', /[\u0e00-\u0e7f]/g],
  ['el', /[\u0370-\u03ff]/g],
  ['he', /[\u0590-\u05ff]/g],
  ['ar', /[\u0600-\u06ff]/g],
  ['hi', /[\u0900-\u097f]/g],
  ['bn', /[\u0980-\u09ff]/g],
  ['ta', /[\u0b80-\u0bff]/g],
  ['ka', /[\u10a0-\u10ff]/g],
  ['hy', /[\u0530-\u058f]/g],
  ['ru', /[\u0400-\u04ff]/g],
];
/** Letters and endings that one language has and its neighbours have not, in the text as it came. */
const HINTS: readonly (readonly [language: string, letters: RegExp])[] = [
  ['es', /ñ|¿|¡|\p{L}ci[oó]n(?:es)?(?!\p{L})|ll[aeo]\p{L}|(?:quier|pued|hac)[eo]/giu],
  ['pt', /ç[ãõ]|ões|ã[oe]|\p{L}[cs]ao(?!\p{L})|lh[ao]|nh[ao]/giu],
  ['it', /\p{L}zion[ei](?!\p{L})|zz[aoei]|\p{L}(?:ano|ono|are|ere|ire|ato|ata)(?!\p{L})|gli(?!\p{L})/giu],
  ['fr', /[œêâùë]|\p{L}(?:eux|aux|ette|ement|ez|eau)(?!\p{L})|(?<!\p{L})[cdjlmnqst]['’]\p{L}/giu],
  ['de', /ß|[äöü]|\p{L}(?:ung|keit|heit|isch|lich)(?:en|e)?(?!\p{L})|sch|cht/giu],
  ['nl', /ij|\p{L}(?:lijk|heid|tje)(?!\p{L})|aa|oe(?!\p{L})|uit/giu],
  ['tr', /[ğşı]|\p{L}(?:yor|lar|ler|mak|mek|dan|den|miyor|masi|mesi)(?!\p{L})/giu],
  ['cs', /[řěů]|\p{L}(?:ení|ovat|ování)(?!\p{L})/giu],
  ['sk', /[ľĺŕôä]/giu],
  ['pl', /[łęąśćźż]|sz|cz|rz/giu],
  ['hu', /[őű]|\p{L}(?:nak|nek|ban|ben|ssz|tt)(?!\p{L})|gy|sz|cs/giu],
  ['fi', /\p{L}(?:ssa|lla|sta|ään|aan|een|nen|ksi|tta)(?!\p{L})|ää|yy|uu/giu],
  ['sv', /å|\p{L}(?:ning|arna|orna|else)(?!\p{L})/giu],
  ['da', /[æø]/giu],
  ['sl', /(?<!\p{L})(?:kako|sem|lahko|prosim|ker|kaj|zakaj|vse)(?!\p{L})/giu],
  ['ro', /[țșă]/giu],
  ['vi', /[ơưđạảấầậắằịọốồộớờợụủứừự]/giu],
  ['en', /th[aei]|\p{L}(?:ing|tion|ly|ed)(?!\p{L})|wh|ck/giu],
];
const HINT_WEIGHT = 0.4;
const LATIN = /[A-Za-z\u00c0-\u024f]/;
const LATINS = new RegExp(LATIN, 'g');
const OTHER_SCRIPT = /[\u0370-\u1cff\u3040-\ud7af]/;

/** The commonest words, in plain letters; one that several languages share counts less in each. */
const WORDS: Readonly<Record<string, string>> = {
  en: 'the and is to of in it i my on not for this that with have when can how you are was but we as be do has no me from there or if so get what does any please am after all why been would like using just',
  de: 'der die das und ist ich nicht ein eine zu mit auf den dem es wie kann wir sie bei fur von im auch aber wenn mein meine haben habe wird werden nach mehr noch einen als sind aus oder um keine bitte uber mir was seit hallo man nur dass',
  fr: "le la les de des et je est un une pas pour que dans en sur ne mon ma mes avec vous nous il qui plus mais ce cette du au j'ai c'est bonjour depuis quand comment sont merci tout mes fait si par mise comme n'est peux",
  es: 'el la los las de que y en un una no es mi por con para se lo como me pero al del cuando esta este he hola gracias tengo puedo si desde mas todo le ya muy sin hay porque ha quiero son cada donde hacer',
  pt: 'o a os as de que e em um uma nao meu minha por com para se no na do da mas ao quando esta este eu ola obrigado tenho posso consigo como mais ja muito sem isso porque foi quero dos nas nos pelo voce ele tem sao estou',
  it: 'il lo la gli le di che e in un una non mi per con si come ma quando sono ho mio mia del della dei nel piu questo questa anche se ciao grazie posso alla da al su ogni perche stato fare dopo ed uso tutti sul dal',
  nl: 'de het een en van ik is niet dat in op te met voor mijn er aan wat als om hoe kan naar maar ook nog bij dit zijn heb wordt we die geen meer moet hallo graag uit worden wel deze heeft kunnen',
  tr: 've bir bu icin ile ne de da degil ama nasil cok gibi var yok olarak daha sonra benim ben her kadar neden mi bana once oldu olan sadece hic sorun merhaba lutfen acaba istiyorum oluyor',
  cs: 'a je se na v to ze mi jak pro s ale po ve jsem bych nebo jsou neni kdyz uz co dekuji tak z od si nejde mam jako za by prosim dobry den jen pri proc muj vsechny nelze',
  sk: 'a je sa na v to ze mi ako pre s ale po vo som by alebo su nie ked uz co dakujem tak z od si nejde mam ako za prosim dobry den len pri preco moj vsetky neda',
  pl: 'i w na z nie to sie jest ze do jak po mi co ale od mam jest dla przez czy tak juz tylko jestem przy prosze moje moj nie ktore mozna byc dlaczego dzien dobry gdy',
  hu: 'a az es nem hogy is egy ez meg van de ha mi nekem csak mar el mint volt lehet kell ki be azt hogyan szeretnem koszonom nincs minden miert vagy fel tudom mert akkor',
  fi: 'ja on ei se en etta mutta kun ole mika miten niin olen tai myos jos nyt voi kiitos sen ovat kuin minulla vain mita saa aina ei jotka siita olisi pois',
  sv: 'och att det i en jag som ar pa for med inte den av till har om men ett kan sa nar hur fran de var mig hej tack min mina alla vill far efter ska finns',
  da: 'og at det i en jeg som er pa for med ikke den af til har om men et kan sa nar hvordan fra de var mig hej tak min mine alle vil efter skal findes kun ved',
  no: 'og at det i en jeg som er pa for med ikke den av til har om men et kan sa nar hvordan fra de var meg hei takk min mine alle vil etter skal finnes bare ved',
  ro: 'si in la de nu este un o pe care cu ca sa mai din pentru am ce se dar cand imi va multumesc buna ziua nu-mi acest fara fost sunt cum',
  id: 'yang dan di tidak saya ini itu untuk dengan dari pada bisa ada ke sudah akan atau juga karena kenapa bagaimana mohon terima kasih agar tapi jika kami apa saat',
  vi: 'khong toi la va cua co cho nay duoc trong khi mot nhung voi cac nguoi da bi lam nhu the cai xin sao',
  ca: 'el la els les de que i en un una no es per amb com he pero al del quan aquest aquesta estic tinc puc gracies hola mes ja si',
};

const COMMON = weigh(WORDS);
const UKRAINIAN = /[іїєґ]/i;
const BULGARIAN = /(^|\s)(не|да|се|и|на|за|със|ще|че|съм|моля|как)(?=\s).*[ъ]/i;
const PERSIAN = /[پچژگکی]/;

/** BCP 47 code of the text's language; `und` where there is no letter in it. */
export function languageOf(text: string): string {
  const sample = text.slice(0, 2000);
  if (!OTHER_SCRIPT.test(sample)) return LATIN.test(sample) ? latinLanguage(sample) : 'und';
  const latin = sample.match(LATINS)?.length ?? 0;
  const [script, letters] = commonestScript(sample);
  // A sentence of another script names products in Latin letters; the reverse is rare.
  if (letters * 2 > latin) return withinScript(script, sample);
  return latin === 0 ? 'und' : latinLanguage(sample);
}

function commonestScript(sample: string): readonly [language: string, letters: number] {
  let best: readonly [string, number] = ['und', 0];
  for (const [language, letters] of SCRIPTS) {
    const count = sample.match(letters)?.length ?? 0;
    // Japanese mixes its own letters with Chinese ones.
    if (language === 'ja' && count > 1) return ['ja', sample.match(/[\u3040-\u9fff]/g)?.length ?? count];
    if (count > best[1]) best = [language, count];
  }
  return best;
}

function withinScript(script: string, sample: string): string {
  if (script === 'ru' && UKRAINIAN.test(sample)) return 'uk';
  if (script === 'ru' && BULGARIAN.test(sample)) return 'bg';
  if (script === 'ar' && PERSIAN.test(sample)) return 'fa';
  return script;
}

function latinLanguage(sample: string): string {
  const scores = new Map<string, number>();
  for (const [language, letters] of HINTS) {
    const hints = sample.match(letters)?.length ?? 0;
    if (hints > 0) scores.set(language, hints * HINT_WEIGHT);
  }
  for (const word of plain(sample).split(/[^\p{L}']+/u)) {
    for (const [language, weight] of COMMON.get(word) ?? []) {
      scores.set(language, (scores.get(language) ?? 0) + weight);
    }
  }
  let best = 'en';
  for (const [language, score] of scores) if (score > (scores.get(best) ?? 0)) best = language;
  return best;
}

function weigh(words: Readonly<Record<string, string>>): Map<string, (readonly [string, number])[]> {
  const speakers = new Map<string, Set<string>>();
  for (const [language, list] of Object.entries(words)) {
    for (const word of list.split(' ')) {
      const languages = speakers.get(word) ?? new Set();
      speakers.set(word, languages.add(language));
    }
  }
  return new Map(
    [...speakers].map(([word, languages]) => [
      word,
      [...languages].map((language) => [language, 1 / languages.size] as const),
    ]),
  );
}
