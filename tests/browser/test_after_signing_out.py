"""On a shared tablet nothing of anybody is left once they signed out: not by going back, not in the browser."""

import pytest

from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const asked of await cache.keys()) {
      const answer = await cache.match(asked)
      const type = answer.headers.get("content-type") || ""
      if (/html|json|text\\/plain/.test(type)) found.push(await answer.text())
    }
  }
  for (const store of [localStorage, sessionStorage]) found.push(JSON.stringify({ ...store }))
  return found.join("\\n")
}"""


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    return {**browser_context_args, "base_url": live_server.url, "viewport": {"width": 1024, "height": 768}}


def test_going_back_after_signing_out_shows_nobody_and_the_browser_keeps_no_page_of_a_person(world, page):
    page.goto("/sign-in?next=/residents")
    page.fill("#email", "carer@test.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"/residents/{world.peggy.pk}")
    assert "Jones" in page.content()
    page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        shown = page.content()
        assert "Jones" not in shown
        assert "Margaret" not in shown
    page.goto("/sign-in")
    kept = page.evaluate(KEPT)
    assert "Red Bag" in kept  # the empty house is there, and nobody in it
    assert [name for name in ("Jones", "Margaret", "Peggy", "Quill", world.peggy.nhs_number) if name in kept] == []
