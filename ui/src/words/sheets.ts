/** Words of sheets of areas and corridors. */
import { both } from "./both";

export const sheets = both({
  en: {},
  ru: {},
});
