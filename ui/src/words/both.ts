/** Words of a page in both languages: the compiler demands a Russian text for every English one. */
export function both<Keys extends string>(words: { en: Record<Keys, string>; ru: Record<NoInfer<Keys>, string> }) {
  return words;
}
