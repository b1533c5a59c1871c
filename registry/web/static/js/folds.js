// A module that others share must do nothing by being loaded: a page loads its own modules under versioned addresses.

/** Whether a fold of a row still hides something that has to be said: what is the same in every row was not said yet. */
export function isUnsaid(fold) {
  return ![...fold.querySelectorAll("[data-carry]")].some((field) => field.value);
}
