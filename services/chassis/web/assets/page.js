// A part that does not answer leaves its link and says so; a button that was pressed says that it is busy.
for (const name of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(name, (event) => {
    const told = event.target.querySelector ? event.target.querySelector(".unanswered") : null;
    if (told) told.hidden = false;
  });
}
document.addEventListener("submit", (event) => {
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});
