/** Words of the map. */
import { both } from "./both";

export const map = both({
  en: {},
  ru: {},
});
