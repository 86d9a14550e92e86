package login

// What fields are for: first as programmers name them, then as people read it.
// Programmers' names are English or run together; people's words come in their
// own languages: English, German, French, Spanish, Portuguese, Italian, Dutch,
// Polish, Turkish, Russian, Japanese, Chinese, Korean.
var (
	usernameNames = words(
		"user*", "*user", "usr*", "username", "uname", "uid", "login", "login name", "login id", "loginname", "loginid", "loginfmt", "logon*", "signin name", "log",
		"email*", "*email", "e mail", "mail", "mailaddress", "account*", "acct*", "identifier", "ident", "identity", "member*", "customer*", "cust*", "client no*", "clientid",
		"upn", "principal", "nick*", "handle", "screenname", "cpf", "dni", "rut", "nif", "cardno*",
		"benutzer*", "anmeldename", "kennung", "kunden*", "identifiant*", "utilisateur*", "usuario*", "correo*", "utente*", "gebruiker*", "kullanici*", "uzytkownik*",
	)
	usernameWords = words(
		"user", "username", "user name", "user id", "userid", "login", "login id", "login name", "logon id", "account", "account name", "account number", "e mail", "email", "email address", "mail address",
		"identifier", "member*", "customer id", "customer number", "client number", "card number or username", "upn", "principal", "nickname", "screen name",
		"benutzer*", "anmeldename", "kennung", "nutzername", "*kennung", "teilnehmernummer", "kundennummer", "e mail adresse", "legitimations*",
		"identifiant*", "utilisateur", "courriel", "adresse mail", "adresse electronique", "numero client",
		"usuario*", "correo", "cuenta", "documento", "cpf", "cnpj", "utilizador*", "conta",
		"utente", "codice utente", "codice fiscale", "posta elettronica", "codice cliente",
		"gebruiker*", "e mailadres", "klantnummer",
		"uzytkownik*", "nazwa uzytkownika", "adres e mail", "identyfikator*", "numer klienta",
		"kullanici*", "e posta*", "uye no*", "musteri no*",
		"логин*", "пользовател*", "почт*", "эл почта", "учетн*", "аккаунт*", "имя пользователя",
		"ユーザー", "ユーザid", "ユーザ名", "メールアドレス", "ログインid", "アカウント", "会員番号", "会員id", "お客様番号",
		"用户名", "用戶名", "账号", "帳號", "帐号", "账户", "邮箱", "電子郵件", "電郵", "使用者名稱", "使用者代號", "会员",
		"아이디", "사용자", "이메일", "계정", "회원번호",
	)
	passwordNames = words(
		"*password*", "*passwd*", "*passwort*", "*kennwort*", "pass", "pwd", "*pwd", "psw", "psswd", "passphrase", "pass word", "userpass", "user pass", "txtpass*", "pw", "senha*", "contrasena*", "clave*", "wachtwoord*", "haslo*", "sifre*", "motdepasse", "mdp", "pin",
	)
	passwordWords = words(
		"password*", "passwd", "passphrase", "pass phrase", "pin", "passwort*", "kennwort*", "mot de passe", "code secret", "contrasena*", "clave", "senha*", "palavra passe", "wachtwoord*", "haslo*", "hasla*", "sifre*", "parola*", "пароль*", "пароля", "паролем",
		"パスワード", "暗証番号", "密码", "密碼", "口令", "비밀번호", "암호",
	)
	// newPasswordNames and newPasswordWords speak of a password that is to be set.
	newPasswordNames = words(
		"new", "*newpass*", "newpwd", "new pass*", "new pwd", "confirm*", "*confirm", "confirmation", "repeat*", "retype*", "re type", "again", "verify password", "password verify", "password 2", "passwd 2", "pass 2", "pwd 2", "repassword", "re password", "create password", "choose password",
	)
	newPasswordWords = words(
		"new password", "confirm*", "repeat*", "retype*", "re type", "re enter*", "reenter*", "again", "verify password", "choose a", "choose your", "create a password", "create password", "create your password", "set a password", "set your password", "pick a password",
		"neues", "wiederhol*", "bestatigen", "passwort wahlen", "passwort festlegen", "passwort erstellen", "wunschpasswort",
		"nouveau mot de passe", "confirm*", "choisissez", "choisir un mot de passe", "creez", "repet*",
		"nueva", "crea una", "crea tu", "elige", "confirma*", "nova senha", "nova palavra", "crie", "escolha", "criar senha",
		"nuova password", "conferma*", "ripet*", "scegli", "crea password",
		"nieuw*", "bevestig*", "herhaal*", "kies een",
		"nowe*", "powtorz*", "potwierdz*", "ustaw haslo", "utworz haslo",
		"yeni", "tekrar*", "sifre olustur*", "belirle*",
		"нов*", "повтор*", "подтверд*", "придумайте", "создайте",
		"新しい", "新規パスワード", "再入力", "確認", "もう一度", "新密码", "新密碼", "确认", "確認", "再次", "重复密码", "设置密码", "設定密碼", "새 비밀번호", "새로운", "확인", "재입력",
	)
	// codeNames mean a one-time code by themselves.
	codeNames = words(
		"otp*", "*otp", "*otp code", "totp*", "*totp*", "hotp", "otc", "mfa*", "*mfa", "*mfacode*", "2 fa*", "*2fa", "tfa*", "twofa*", "two fa*", "two factor*", "*twofactor*", "2 factor*", "second factor*", "*secondfactor*",
		"one time*", "*onetime*", "passcode*", "*passcode", "pass code", "*authenticator*", "auth code", "authcode*", "authentication code", "verification code*", "verificationcode*", "verify code*", "verifycode", "*verificationcode", "verification pin", "security code*", "*securitycode*", "login code", "logincode",
		"token code*", "*tokencode*", "otp code", "vcode", "approvals code", "tan", "challenge code", "factor code", "google code", "app code", "sms code", "smscode*", "email code*", "emailcode*", "wfls token", "second password", "secondary password", "secondpassword", "secondarypassword", "rsa token", "softtoken", "idvpin", "einmal*",
	)
	// weakCodeNames may: on pages about codes they do.
	weakCodeNames = words(
		"code*", "*code", "pin", "token", "kod", "codigo", "codice", "challenge", "response", "answer", "verification", "verify", "digit*", "number",
	)
	// codeWords are the same in words for people.
	codeWords = words(
		"one time code*", "one time pass*", "onetime*", "passcode*", "otp", "totp", "otp code", "2 fa", "mfa", "two factor*", "two step*", "2 step*", "2 factor*", "multi factor*", "multifactor*", "verification code*", "verify code*", "authentication code*", "auth code", "authenticator*", "security code*", "login code*", "sign in code", "second factor*", "security token*", "*token code*", "token", "confirmation code*", "access code", "second password", "secondary password", "one time",
		"einmal*", "bestatigungscode*", "sicherheitscode*", "verifizierungscode*", "authentifizierungscode*", "zwei faktor*", "zweiter faktor", "zwei schritt*", "zugangscode*", "tan",
		"code a usage unique", "mot de passe a usage unique", "code de verification*", "code de validation", "code d authentification", "code de securite", "double authentification", "deux facteurs", "deux etapes", "code de confirmation",
		"codigo* de verificacion", "codigo de un solo uso", "codigo de un uso", "un solo uso", "codigo de autenticacion", "codigo* de seguridad", "codigo de acceso", "dos factores", "doble factor", "dos pasos",
		"codigo* de verificacao", "codigo de uso unico", "codigo de autenticacao", "codigo* de seguranca", "codigo de acesso", "dois fatores", "duas etapas", "dois passos", "segundo fator",
		"codice di verifica", "codice monouso", "codice di sicurezza", "codice di autenticazione", "codice di accesso", "codice otp", "password monouso", "due fattori", "due passaggi",
		"verificatiecode*", "eenmalig*", "beveiligingscode*", "authenticatiecode*", "bevestigingscode*", "inlogcode", "tweestaps*", "tweefactor*", "twee stappen",
		"kod weryfikacyjn*", "kodu weryfikacyjn*", "kod jednorazow*", "kodu jednorazow*", "haslo jednorazow*", "kod uwierzytelniaj*", "kod bezpieczenstwa", "dwuskladnikow*", "dwuetapow*",
		"dogrulama kod*", "tek kullanimlik*", "guvenlik kod*", "onay kod*", "iki faktorlu", "iki adimli", "iki asamali",
		"код* подтверждения", "одноразов*", "проверочн*", "код* безопасности", "код* проверки", "двухфакторн*", "двухэтапн*", "код* аутентификации", "второй фактор",
		"ワンタイム", "認証コード", "確認コード", "検証コード", "認証番号", "セキュリティコード", "2段階認証", "二段階認証", "二要素認証", "多要素認証",
		"验证码", "驗證碼", "校验码", "动态码", "動態碼", "一次性密码", "一次性密碼", "动态密码", "动态口令", "動態密碼", "安全码", "两步验证", "兩步驟驗證", "双重验证", "雙重驗證", "双因素", "二次验证",
		"인증번호", "인증코드", "일회용", "확인코드", "보안코드", "2단계인증", "이중인증", "otp번호",
	)
	// digitWords say how long it is. A password can be as long.
	digitWords = words(
		"digit code*", "digit verification", "6 digit*", "six digit*", "8 digit*", "stellig*", "*stelligen code", "sechsstellig*", "a 6 chiffres", "a six chiffres", "6 digitos", "seis digitos", "6 cifre", "sei cifre", "6 cijferige", "6 cyfrow*", "6 haneli", "6 значн*", "шестизначн*", "6桁", "6位", "6자리", "4 digit*", "four digit*", "7 digit*", "6 figures", "chiffres", "cifras",
	)
	// weakCodeWords speak of some code.
	weakCodeWords = words(
		"code*", "*code", "*codes", "token*", "kod*", "codigo*", "codice", "codici", "код*", "コード", "码", "碼", "코드",
	)
	// appWords: the code comes from an authenticator, which a seed stands in for.
	appWords = words(
		"authenticator*", "authentication app*", "authenticating app*", "authy", "totp", "hardware token", "security app", "token generator", "code generator", "generated by", "two factor app", "2 fa app", "verification app", "fortitoken*", "securid*", "duo mobile",
		"*authenticator*", "authentifizierungs app", "authentifizierungsapp", "authentifikator*", "application d authentification", "appli d authentification", "aplicacion de autenticacion", "app de autenticacion", "app de autenticacao", "aplicativo autenticador", "aplicativo de autenticacao", "aplicacao de autenticacao", "autenticador*",
		"app di autenticazione", "applicazione di autenticazione", "authenticatie app", "authenticatieapp", "verificatie app", "aplikacj* uwierzytelniaj*", "aplikacj* autoryzacyjn*", "kimlik dogrulama uygulama*", "dogrulayici*", "authenticator uygulama*",
		"приложени* для аутентификации", "приложени* аутентификатор*", "аутентификатор*", "认证应用", "認証アプリ", "認証システムアプリ", "認証用アプリ", "オーセンティケータ", "身份验证器", "验证器", "驗證器", "认证器", "令牌", "인증앱", "인증기", "otp앱",
	)
	// smsWords: it went to a telephone.
	smsWords = words(
		"sms", "smscode", "text message*", "texted", "text you", "text me", "your phone number", "phone ending", "number ending", "mobile number", "check your phone", "verify your phone", "phone code", "voice call", "called you",
		"handynummer", "telefonnummer", "mobilnummer", "rufnummer", "kurznachricht", "handy", "texto", "message texte", "telephone portable", "mensaje* de texto", "mensagem de texto", "celular", "messaggio di testo", "cellulare", "telefono cellulare", "sms bericht", "wiadomosc sms", "numer telefonu", "kisa mesaj", "cep telefonu*", "смс", "сообщени* на номер",
		"ショートメッセージ", "電話番号", "携帯電話", "短信", "簡訊", "手机", "手機", "문자", "휴대폰", "휴대전화",
	)
	// mailWords: it went to a mailbox.
	mailWords = words(
		"emailed", "e mailed", "email code", "email verification", "your inbox", "your email", "your e mail", "check your email", "mailbox",
		"per e mail", "ihre e mail", "deine e mail", "postfach", "par e mail", "par courriel", "boite de reception", "votre adresse", "por correo", "tu correo", "su correo", "bandeja de entrada", "seu e mail", "seu email", "caixa de entrada", "via email", "tua email", "casella", "je inbox", "je e mail", "uw e mail", "na adres", "e mailem", "skrzynk*", "e posta*", "на почту", "на адрес",
		"メールに", "メールで", "メールを", "邮件", "郵件", "邮箱", "이메일로",
	)
	// sentWords: it was sent somewhere, so no authenticator made it.
	sentWords = words(
		"sent", "send you", "resent", "delivered", "emailed", "texted", "mailed", "gesendet", "geschickt", "zugesandt", "versendet", "envoye*", "enviado*", "enviamos", "enviou*", "enviad*", "inviato", "inviata", "abbiamo inviato", "verzonden", "gestuurd", "wyslali*", "wyslano", "wyslany", "gonder*", "отправ*", "выслал*",
		"送信", "お送り", "发送", "發送", "寄送", "已发", "전송", "보냈", "발송",
	)
	// backupWords: it stands on the paper that the user printed.
	backupWords = words(
		"bypass code*", "bypasscode*", "umgehungscode*", "code* de contournement", "codigo* de omision", "codigo* de bypass", "codic* di bypass", "omzeilingscode*", "バイパスコード", "backup code*", "back up code*", "backup token*", "backup pass*", "recovery code*", "recoverycode*", "recovery key", "recovery token", "emergency code*", "emergency recovery", "scratch code*", "printed code*", "reserve code*", "rescue code*",
		"wiederherstellungscode*", "wiederherstellungsschlussel", "ersatzcode*", "notfallcode*", "sicherungscode*", "backup codes", "code* de secours", "code* de recuperation", "codigo* de respaldo", "codigo* de recuperacion", "codigo* de backup", "codigo* de recuperacao", "codigo* de reserva", "codigo* de emergencia", "codic* di backup", "codic* di recupero", "codic* di emergenza", "back upcode*", "backupcode*", "herstelcode*", "reservecode*", "noodcode*", "kod* zapasow*", "kod* odzyskiwania", "kod* awaryjn*", "yedek kod*", "kurtarma kod*", "резервн* код*", "резервных код*", "код* восстановления", "запасн* код*",
		"バックアップコード", "復旧コード", "リカバリーコード", "回復コード", "備用碼", "备用码", "恢复码", "备用代码", "备份码", "恢復碼", "백업코드", "복구코드", "예비코드",
	)
	backupNames  = words("backup*", "*backup", "recovery*", "*recoverycode*", "scratch*", "emergency*", "rescue*")
	captchaWords = words(
		"*captcha*", "turnstile", "not a robot", "characters you see", "characters in the image", "characters shown", "text in the image", "letters in the picture", "letters shown", "code in the image", "human verification", "are you human", "image code", "security image", "picture code",
		"zeichen im bild", "buchstaben im bild", "sicherheitsabfrage", "caracteres de l image", "codigo de la imagen", "caracteres de la imagen", "caracteres da imagem", "caratteri dell immagine", "tekens in de afbeelding", "znaki z obrazka", "resimdeki", "символ* с картинки", "код с картинки",
		"图形验证码", "圖形驗證碼", "图片验证码", "图形码", "画像の文字", "図の文字", "画像認証", "그림 문자", "자동입력 방지", "자동등록방지", "보안문자",
	)
	captchaNames = words("*captcha*", "kaptcha", "imgcode", "image code", "imagecode", "checkcode", "check code", "randcode", "rand code", "validatecode", "validate code", "securimage", "yzm")
	// otherNumberWords are numbers that are nobody's passcode.
	otherNumberWords = words(
		"zip*", "postal*", "postcode*", "post code", "plz", "promo*", "coupon*", "gift*", "voucher*", "discount*", "country*", "area code", "dial*", "invite*", "invitation*", "referral*", "cvv*", "cvc*", "csc", "iban", "csrf*", "xsrf*", "search*", "qty", "quantity", "language*", "currency", "amount", "year", "month", "day", "birth*", "order*", "tracking*", "pickup*", "pick up code", "collection code", "abholcode*", "class code", "game pin", "meeting*", "source code", "barcode", "sort code", "company*", "org*", "tenant*",
		"gutschein*", "rabatt*", "postleitzahl*", "vorwahl*", "code postal", "code promo*", "codigo postal", "codigo promo*", "codice postale", "codice promo*", "codice sconto", "cap", "kod pocztow*", "kod rabatow*", "posta kodu", "indirim*", "индекс", "промокод*", "邮编", "优惠", "優惠", "邮政", "郵便番号", "クーポン", "우편번호", "쿠폰",
	)
	// challengeWords: it answers what the page shows, off a card or out of a reader, and is
	// another for every question.
	challengeWords = words(
		"chip tan*", "chiptan*", "photo tan*", "phototan*", "qr tan*", "qrtan*", "flicker*", "startcode*", "start code", "tan generator*", "grid card*", "matrix card*", "coordinate card*", "coordinates card*", "card reader", "coordenad*", "tarjeta de claves", "cartao matriz", "cartao de seguranca", "carte matricielle", "kleurcode*", "random reader", "kod obrazkowy", "乱数表", "暗号表", "密保卡", "보안카드",
	)
	// placeWords: which of many places one signs in to, before it is asked who one is.
	placeWords = words("workspace*", "subdomain*", "your domain", "team url", "team name", "site url", "server url", "server address", "instance url")
	// tappedWords: a key that types a code of its own when it is touched.
	tappedWords = words("yubikey*", "yubi key*", "yubico*", "yubikeyotp")
	// personNames and personWords are what somebody is called, which no login asks.
	personNames   = words("fname", "lname", "firstname*", "first name*", "lastname*", "last name*", "surname*", "givenname", "given name", "familyname", "family name", "fullname", "full name", "middlename", "vorname", "nachname", "prenom", "apellido*", "sobrenome", "cognome", "achternaam", "voornaam", "imie", "nazwisko", "soyad*")
	personWords   = words("first name", "last name", "surname", "given name", "family name", "full name", "your name", "vorname", "nachname", "vor und nachname", "prenom", "nom de famille", "nombre y apellidos", "apellidos", "sobrenome", "nome completo", "cognome", "voornaam", "achternaam", "imie", "nazwisko", "adiniz soyadiniz", "soyad*", "фамилия", "имя и фамилия", "ваше имя", "氏名", "お名前", "姓名", "真实姓名", "이름", "성명")
	searchNames   = words("search*", "*search", "query", "q", "find", "keyword*", "suche*", "recherche*", "buscar*", "busca", "cerca", "zoek*", "szukaj", "ara", "poisk")
	passkeyWords  = words("passkey*", "security key*", "yubikey*", "face id", "touch id", "webauthn", "fido", "fido 2", "windows hello", "biometr*", "fingerprint*", "passwordless", "sicherheitsschlussel*", "fingerabdruck*", "cle d acces", "cle de securite", "empreinte*", "llave de acceso", "llave de seguridad", "clave de acceso", "chave de acesso", "chave de seguranca", "chiave di accesso", "toegangssleutel*", "klucz dostepu", "klucz bezpieczenstwa", "gecis anahtar*", "ключ доступа", "パスキー", "セキュリティキー", "通行密钥", "通行金鑰", "密码钥匙", "패스키", "보안 키")
	rememberWords = words("remember*", "keep me", "stay signed in", "stay logged in", "trust*", "angemeldet bleiben", "merken", "rester connecte*", "se souvenir", "memoriser", "recordar*", "recuerdame", "lembrar*", "manter*", "ricordami", "resta connesso", "onthoud*", "ingelogd blijven", "zapamietaj*", "beni hatirla", "запомни*", "記憶", "ログイン状態", "记住", "記住", "自动登录", "로그인 상태 유지", "자동 로그인")
	termsWords    = words("terms*", "agree*", "accept*", "privacy*", "agb", "nutzungsbedingungen", "datenschutz*", "conditions", "j accepte", "terminos", "acepto*", "termos", "aceito", "condizioni", "accetto", "voorwaarden", "akkoord", "regulamin*", "akceptuje", "sartlar*", "kabul", "согла*", "услови*", "同意", "利用規約", "条款", "條款", "동의", "약관")
)
