<?php
// Runs WordPress's own installer from the command line: php install.php FOLDER URL
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url($argv[2], PHP_URL_HOST) . ':' . parse_url($argv[2], PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/';
define('WP_SITEURL', $argv[2]);
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Annuaire', 'mesure', 'mesure@example.org', true, '', wp_generate_password(20));
switch_theme('twentytwentythree');
echo "installed\n";
