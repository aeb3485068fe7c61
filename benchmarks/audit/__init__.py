"""What outside judges say of the site: Lighthouse, axe-core, the HTML validator, the MDN Observatory (make audit)."""
