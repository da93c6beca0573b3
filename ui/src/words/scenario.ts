/** Words of the scenario room. */
import { both } from "./both";

export const scenario = both({
  en: {},
  ru: {},
});
