"""A page in headless Chromium, and the outcome of the checks made on it."""

import base64
import json
import os
import sys
import time

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
except ImportError:
    print("selenium is missing: apt-get install python3-selenium chromium chromium-driver",
          file=sys.stderr)
    sys.exit(2)


class Page:
    """A page in a browser, and the outcome of the checks made on it."""

    def __init__(self, driver, path):
        self.driver = driver
        self.path = path
        self.passed = 0
        self.failed = 0
        self.opened = set()

    def check(self, name, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{self.path.name}: FAIL {name} {detail}", flush=True)

    def run(self, script, *arguments):
        return self.driver.execute_script("return " + script, *arguments)

    def open(self, width=1280, height=800):
        self.resize(width, height)
        self.opened.add(self.path.as_uri())
        self.driver.get(self.path.as_uri())
        self.settle()

    def resize(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 2 if width < 500 else 1,
            "mobile": False})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": name}]})

    def settle(self, seconds=0):
        """Waits until the page has drawn what it was asked to."""
        time.sleep(seconds)
        self.driver.execute_async_script("""const done = arguments[0];
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20)));""")

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()
        self.settle()

    def focus(self):
        self.run("document.getElementById('graph').focus()")

    def text(self, ident):
        return self.run("document.getElementById(arguments[0]).textContent", ident)

    def tops(self, *idents):
        """Where elements begin on the screen."""
        return [self.run("Math.round(document.getElementById(arguments[0])"
                         ".getBoundingClientRect().top)", ident) for ident in idents]

    def fragment(self):
        return self.run("location.hash")

    def reload(self):
        self.driver.refresh()
        self.settle()

    def back(self):
        self.driver.back()
        self.settle()

    def printed(self):
        """Sheets of paper that the page takes."""
        done = self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
        return base64.b64decode(done["data"]).count(b"/Type /Page\n")

    def logs(self):
        return [entry for entry in self.driver.get_log("browser")
                if entry["level"] in ("SEVERE", "WARNING")]

    def requests(self):
        """Addresses other than those of the pages opened that the browser asked for."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url not in self.opened and not url.startswith(("data:", "chrome:")):
                    found.append(url)
        return found


def start():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--window-size=1280,900", "--hide-scrollbars",
                     "--disable-background-networking", "--force-prefers-reduced-motion"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    binary = os.environ.get("CHROMIUM")
    if binary:
        options.binary_location = binary
    driver = os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")
    service = Service(driver) if os.path.exists(driver) else Service()
    return webdriver.Chrome(service=service, options=options)


def background(page):
    return page.run("getComputedStyle(document.body).backgroundColor")


def shoot(page, folder):
    name = page.path.stem
    for width, height in ((1600, 900), (800, 800), (400, 800)):
        for scheme in ("light", "dark"):
            page.scheme(scheme)
            page.open(width, height)
            page.driver.save_screenshot(str(folder / f"{name}-{width}-{scheme}.png"))
