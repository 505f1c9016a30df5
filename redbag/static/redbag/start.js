/**
 * Starts the module that an element names: <div data-module="focus-here"> runs ./modules/focus-here.js on it, and says
 * on the element that it runs.
 */
const named = [...document.querySelectorAll("[data-module]")]
for (const element of named.filter((each) => !each.dataset.module.startsWith("nhsuk-"))) {
  import(`./modules/${element.dataset.module}.js`).then((module) => {
    module.start(element)
    element.dataset.started = ""
  })
}
if (named.some((each) => each.dataset.module.startsWith("nhsuk-"))) {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported")
  import("../vendor/nhsuk/nhsuk-frontend.js").then((components) => components.initAll())
}
