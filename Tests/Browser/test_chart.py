"""Reads a chart page's values by pointer and keyboard."""

from browser import background
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def check_values(page):
    series = page.run("memq.series()")
    page.check("there are series", len(series) > 0)
    page.check("there are points", page.run("memq.points()") > 0)
    canvas = page.driver.find_element(By.TAG_NAME, "canvas")
    ActionChains(page.driver).move_to_element(canvas).perform()
    page.settle()
    cursor = page.run("memq.cursor()")
    page.check("the pointer finds a point", cursor >= 0)
    tip = page.text("tip")
    page.check("the pointer shows every series", all(name in tip for name in series), tip)
    page.run("document.querySelector('canvas').focus()")
    page.press(Keys.HOME)
    page.check("home goes to the first point", page.run("memq.cursor()") == 0)
    page.press(Keys.ARROW_RIGHT)
    page.check("right goes on", page.run("memq.cursor()") == min(1, page.run("memq.points()") - 1))
    page.check("the values are announced", series[0] in page.text("live"), page.text("live"))
    page.press(Keys.END)
    page.check("end goes to the last", page.run("memq.cursor()") == page.run("memq.points()") - 1)
    page.press(Keys.ESCAPE)
    page.check("escape leaves", page.run("memq.cursor()") == -1)


def check_look(page):
    button = page.driver.find_element(By.CSS_SELECTOR, "#legend button")
    button.click()
    page.check("a series can be hidden", button.get_attribute("aria-pressed") == "false")
    button.click()
    light = background(page)
    page.driver.find_element(By.ID, "theme").click()
    page.check("the button turns it dark", background(page) != light)
    page.open(400, 800)
    wide = page.run("document.documentElement.scrollWidth")
    page.check("nothing is wider than 400 pixels", wide <= 400, f"{wide}")


def check(page, expected):
    check_values(page)
    check_look(page)
