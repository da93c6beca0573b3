/** Words of the training room. */
import { both } from "./both";

export const training = both({
  en: {},
  ru: {},
});
