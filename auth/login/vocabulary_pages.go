package login

// What forms, buttons and pages are about.
var (
	loginNames = words("login*", "*login", "logon*", "log in", "log on", "signin*", "*signin", "sign in", "signon", "sign on", "auth", "authenticate*", "authentication", "session*", "sso", "j security check", "logincheck*", "enter", "connexion", "anmelden", "anmeldung", "acceso", "entrar", "accedi", "inloggen", "zaloguj*", "giris*", "account login")
	loginWords = words(
		"login", "log in", "logon", "log on", "log me in", "sign in", "signin", "sign on", "logging in", "signing in", "enter your account", "access your account", "authenticate", "unlock", "welcome back",
		"anmelden", "anzumelden", "anmeldelink*", "anmeldung", "einloggen", "login*", "connexion", "connecter", "connectez vous", "s identifier", "identifiez vous", "identification", "iniciar sesion", "inicia sesion", "inicio de sesion", "ingresar", "ingresa", "ingreso", "acceder", "accede", "acceso", "entrar", "iniciar sessao", "fazer login", "acessar", "acesse", "acesso", "aceder", "accedi", "accesso", "entra", "inloggen", "log in", "aanmelden", "zaloguj", "zaloguj sie", "logowanie", "giris", "giris yap*", "oturum ac*", "войти", "вход", "войдите", "авторизация", "авторизоваться", "авторизуйтесь",
		"ログイン", "サインイン", "登录", "登入", "登錄", "登陆", "로그인",
	)
	signupNames = words("signup*", "*signup", "sign up", "register*", "*register", "registration*", "regist*", "reg", "join*", "enroll*", "enrol", "create account", "createaccount", "new account", "newaccount", "new customer", "subscribe")
	signupWords = words(
		"sign up", "signup", "sign me up", "count me in", "register", "registration", "create account", "create an account", "create my account", "create your account", "create a new account", "make an account", "make me an account", "create user", "add user", "new user", "new account", "new customer*", "new here", "i m new", "i am new", "join", "join now", "join free", "join today", "get started", "start your free trial", "start free trial", "free trial", "try it free", "try for free", "enroll", "open an account", "not a member", "become a member", "don t have an account",
		"registrier*", "konto erstellen", "konto anlegen", "*konto anlegen", "*konto erstellen", "*konto eroffnen", "neues konto", "neu hier", "neu bei", "neukunde*", "jetzt anmelden und", "noch kein konto",
		"s inscrire", "inscri*", "creer un compte", "creer mon compte", "creer votre compte", "creation de compte", "nouveau client", "pas encore de compte", "ouvrir un compte",
		"crear cuenta", "crear una cuenta", "crea tu cuenta", "crea una cuenta", "crear mi cuenta", "registrate", "registrar*", "registrese", "registro", "nuevo cliente", "no tienes cuenta",
		"cadastre*", "cadastr*", "criar conta", "criar uma conta", "crie sua conta", "abra sua conta", "registar*", "novo cliente", "nao tem conta", "ainda nao tem conta",
		"registrati", "crea account", "crea un account", "crea il tuo account", "registrazione", "nuovo cliente", "non hai un account",
		"registreren", "registreer*", "account aanmaken", "account maken", "maak een account", "nieuwe klant", "nog geen account",
		"zarejestruj*", "rejestracj*", "rejestruj*", "utworz konto", "zaloz konto", "zakladanie konta", "nowy klient", "nie masz konta",
		"kaydol*", "kayit ol*", "uye ol*", "uyelik olustur*", "hesap olustur*", "yeni uye*",
		"регистраци*", "зарегистрир*", "создать аккаунт", "создать учетную запись", "создайте аккаунт", "нет аккаунта",
		"新規登録", "会員登録", "新規会員", "登録する", "アカウントを作成", "アカウント作成", "註冊", "注册", "创建账户", "创建帐户", "建立帳戶", "회원가입", "가입하기", "계정만들기", "계정생성",
	)
	recoveryNames = words("forgot*", "*forgot", "reset*", "*reset", "recover*", "*recover", "lostpassword", "lost password", "passwordreset", "remind*")
	recoveryWords = words(
		"forgot*", "reset password", "reset your password", "reset my password", "password reset", "recover*", "lost password", "lost your password", "reset link", "find your account", "retrieve your", "trouble signing in", "unlock account", "unlock your account", "unlock my account", "konto entsperren", "deverrouiller votre", "desbloquear tu", "desbloquear su", "sbloccare", "account ontgrendelen", "odblokuj konto", "разблокир*", "ロック解除", "解锁账", "잠금 해제",
		"passwort vergessen", "kennwort vergessen", "passwort zurucksetzen", "kennwort zurucksetzen", "neues passwort anfordern", "zugangsdaten vergessen", "mot de passe oublie", "identifiant oublie", "reinitialis*", "olvid*", "restablec*", "recuper*", "esquec*", "redefini*", "dimenticat*", "reimposta*", "vergeten", "opnieuw instellen", "herstellen", "nie pamietasz", "zapomnial*", "przypomnij*", "przypomnienie hasla", "zresetuj*", "odzyskaj*", "resetowanie hasla", "unuttu*", "sifirla*", "забыли", "восстанов*", "сброс* парол*", "напомнить",
		"忘れ", "再設定", "忘记密码", "忘記密碼", "重置密码", "重設密碼", "找回密码", "비밀번호찾기", "아이디찾기", "비밀번호재설정",
	)
	newsletterNames = words("newsletter*", "*newsletter*", "subscribe*", "subscription*", "mailinglist", "mailing list", "mailchimp", "mc embedded*", "nl")
	newsletterWords = words(
		"newsletter*", "subscribe", "subscription", "mailing list", "notify me", "keep me posted", "keep me updated", "stay in touch", "email updates", "our letter", "abonnier*", "rundbrief", "s abonner", "abonnez vous", "lettre d information", "infolettre", "a la lettre", "suscrib*", "boletin", "inscreva se", "assine", "assinar", "iscriviti", "iscrizione alla newsletter", "nieuwsbrief", "subskryb*", "zapisz sie", "biuletyn", "abone ol*", "bulten*", "подпис*", "рассылк*",
		"メルマガ", "購読", "メールマガジン", "订阅", "訂閱", "电子报", "電子報", "구독", "뉴스레터",
	)
	searchWords  = words("search", "find", "suche", "suchen", "finden", "recherche", "rechercher", "chercher", "buscar", "busqueda", "pesquisar", "pesquisa", "procurar", "cerca", "ricerca", "zoeken", "zoek", "szukaj", "wyszukaj", "ara", "arama", "поиск", "найти", "искать", "検索", "搜索", "搜尋", "查找", "검색")
	paymentWords = words(
		"card number", "gift card*", "card balance", "check balance", "geschenkkarte*", "carte cadeau", "tarjeta regalo", "vale presente", "carta regalo", "cadeaukaart*", "karta podarunkowa", "hediye kart*", "подарочн*", "ギフトカード", "礼品卡", "기프트카드", "credit card", "cvv", "cvc", "checkout", "payment", "pay now", "expiry", "expiration date", "billing address", "iban", "kreditkarte*", "zahlung*", "carte bancaire", "paiement", "tarjeta", "pago", "cartao", "pagamento", "carta di credito", "creditcard*", "betaling", "betalen", "karta kredytowa", "platnosc*", "kredi kart*", "odeme*", "номер карты", "оплат*", "クレジットカード", "支付", "信用卡", "付款", "카드번호", "결제",
	)
	changeWords = words("change password", "change your password", "update password", "update your password", "old password", "current password", "existing password", "previous password", "set new password", "passwort andern", "kennwort andern", "altes passwort", "aktuelles passwort", "changer le mot de passe", "changez votre mot de passe", "ancien mot de passe", "mot de passe actuel", "cambiar contrasena", "contrasena actual", "contrasena anterior", "alterar senha", "mudar senha", "senha atual", "senha antiga", "cambia password", "vecchia password", "password attuale", "wachtwoord wijzigen", "huidig wachtwoord", "oud wachtwoord", "zmien haslo", "zmiana hasla", "stare haslo", "obecne haslo", "aktualne haslo", "sifre degistir*", "mevcut sifre*", "eski sifre*", "сменить пароль", "смена пароля", "изменить пароль", "старый пароль", "текущий пароль", "パスワード変更", "現在のパスワード", "修改密码", "更改密码", "變更密碼", "旧密码", "原密码", "当前密码", "비밀번호변경", "현재비밀번호", "기존비밀번호")
	changeNames = words("old*", "current*", "oldpass*", "existing*", "change password", "passwordchange", "changepassword", "update password", "passwd update")
	enrolWords  = words("set up", "setup", "setting up", "configure", "enable", "activate", "scan the", "scan this", "scan with", "einricht*", "scannen*", "aktivier*", "configurer", "scannez", "activer", "configura*", "escanea*", "activa*", "configure", "escaneie", "ative", "scansiona", "inquadra", "attiva", "instellen", "scan de", "skonfiguruj*", "zeskanuj*", "wlacz*", "kurulum*", "tarayin", "tara", "настро*", "отсканируйте", "сканируйте", "設定", "スキャン", "读取", "扫描", "掃描", "设置", "설정", "스캔")
	logoutNames = words("logout*", "*logout", "log out", "logoff*", "*logoff", "log off", "signout*", "sign out", "signoff", "sign off", "abmelden", "deconnexion", "disconnect", "cerrar sesion", "wyloguj*", "cikis*")
	logoutWords = words(
		"log out", "logout", "sign out", "signout", "log off", "logoff", "sign off", "abmelden", "ausloggen", "abmeldung", "deconnexion", "se deconnecter", "cerrar sesion", "salir", "sair", "terminar sessao", "encerrar sessao", "esci", "disconnetti", "uitloggen", "afmelden", "wyloguj*", "cikis", "cikis yap*", "oturumu kapat*", "выйти", "выход",
		"ログアウト", "サインアウト", "退出", "登出", "注销", "註銷", "로그아웃",
	)
	// awayWords label buttons that lead somewhere else.
	awayWords = words(
		"cancel", "back", "go back", "didn t get", "didn t receive", "did not get", "did not receive", "haven t received", "not received", "nicht erhalten", "kein code", "keinen code", "pas recu", "no recibi*", "no he recibido", "nao recebi", "non hai ricevuto", "non ho ricevuto", "niet ontvangen", "nie otrzymal*", "nie dostal*", "almadim", "gelmedi", "не пришел", "не пришло", "не получил*", "届かない", "未收到", "没有收到", "没收到", "收不到", "받지 못", "안 왔", "resend", "send again", "send a new", "another way", "try another", "other options", "more options", "instead", "google", "apple", "facebook", "github", "microsoft", "linkedin", "twitter", "sso", "saml", "qr", "help", "show", "hide", "toggle*", "visibility", "reveal", "change", "edit", "get code", "send code", "text me", "call me", "by sms", "by email", "skip", "not now", "clear", "close", "accept all", "reject all", "authenticator app",
		"abbrechen", "zuruck", "erneut senden", "code anfordern", "hilfe", "anzeigen", "annuler", "retour", "renvoyer", "aide", "afficher", "cancelar", "volver", "reenviar", "ayuda", "mostrar", "voltar", "ajuda", "annulla", "indietro", "invia di nuovo", "mostra", "annuleren", "terug", "opnieuw verzenden", "anuluj", "wstecz", "wyslij ponownie", "pokaz", "iptal", "geri", "tekrar gonder*", "goster", "отмена", "назад", "отправить снова", "отправить еще", "показать",
		"キャンセル", "戻る", "再送信", "表示", "取消", "返回", "重新发送", "获取验证码", "发送验证码", "取得驗證碼", "취소", "뒤로", "재전송", "인증번호받기", "보기",
	)
	csrfWords = words("csrf", "xsrf", "request verification token", "antiforgery", "anti forgery", "authenticity token", "invalid token", "page expired", "page has expired", "session expired", "form token", "token mismatch", "invalidauthenticitytoken")

	enableScriptWords = words("javascript*", "java script", "enable scripts", "enable scripting", "scripting is disabled", "browser is not supported")
)

// What pages say when they refuse.
var (
	lockedWords = words(
		"locked", "locked out", "lockout", "temporarily blocked", "is blocked", "been blocked", "account blocked", "suspended", "deactivated", "account is disabled", "account has been disabled", "account disabled", "too many attempts", "too many failed", "too many login", "too many tries", "too many incorrect", "too many requests", "too many invalid", "too many sign in", "try again later", "try again in",
		"gesperrt", "zu viele", "deaktiviert", "verrouille*", "bloque*", "trop de tentatives", "desactive", "bloquead*", "demasiados intentos", "muitas tentativas", "desativad*", "bloccat*", "troppi tentativi", "disattivat*", "geblokkeerd", "vergrendeld", "te veel pogingen", "zablokowan*", "zbyt wiele", "kilitlen*", "kilitli", "cok fazla", "engellen*", "заблокирован*", "слишком много",
		"ロック", "試行回数", "锁定", "鎖定", "次数过多", "冻结", "잠겼", "잠금", "잠긴", "횟수",
	)
	// disabledWords are those of lockedWords by which an account was switched off.
	disabledWords = words(
		"deactivated", "account is disabled", "account has been disabled", "account disabled", "deaktiviert", "desactive", "desativad*", "disattivat*",
	)
	usedCodeWords = words(
		"already used", "already been used", "been used", "used before", "code was used", "used already", "only be used once", "replay*", "wait for the next", "wait for a new", "bereits verwendet", "bereits benutzt", "schon verwendet", "deja utilise*", "deja ete utilise*", "ya se ha utilizado", "ya ha sido utilizado", "ya fue utilizado", "ya se uso", "ja foi usado", "ja foi utilizado", "ja utilizado", "gia utilizzato", "gia usato", "gia stato utilizzato", "al gebruikt", "reeds gebruikt", "juz uzyty", "juz wykorzystan*", "zostal juz", "zaten kullanil*", "daha once kullanil*", "уже использован*", "使用済み", "既に使用", "すでに使用", "已使用", "已被使用", "已用过", "이미사용",
	)
	expiredPasswordWords = words(
		"password has expired", "password expired", "password is expired", "must change your password", "need to change your password", "change your password", "passwort ist abgelaufen", "passwort abgelaufen", "kennwort ist abgelaufen", "passwort andern", "mot de passe a expire", "mot de passe est expire", "contrasena ha caducado", "contrasena ha expirado", "contrasena expiro", "senha expirou", "senha expirada", "password scaduta", "password e scaduta", "wachtwoord is verlopen", "haslo wygaslo", "sifrenizin suresi", "срок действия парол*", "パスワードの有効期限", "密码已过期", "密碼已過期", "비밀번호가만료", "비밀번호만료",
	)
	refusedWords = words(
		"incorrect", "invalid", "wrong", "not recognized", "not recognised", "didn t match", "did not match", "doesn t match", "does not match", "don t match", "do not match", "failed", "denied", "couldn t sign", "could not sign", "couldn t log", "could not log", "couldn t find", "unable to sign", "unable to log", "error", "try again", "not valid", "not correct", "mistyped", "unknown user", "bad credentials", "no account", "expired",
		"falsch*", "ungultig*", "fehlgeschlagen", "fehlerhaft*", "nicht korrekt", "stimmt nicht", "stimmen nicht", "fehler", "incorrect*", "invalide*", "errone*", "echoue", "echec", "erreur", "non reconnu", "inval*", "error*", "no coincide*", "fallido", "erro", "nao confere*", "falhou", "errat*", "non valid*", "non corrett*", "errore", "non riuscit*", "onjuist*", "ongeldig*", "mislukt", "klopt niet", "fout", "nieprawidlow*", "bledn*", "blad", "niepoprawn*", "yanlis*", "gecersiz*", "hatali", "hata", "basarisiz", "неверн*", "неправильн*", "ошибк*", "некорректн*", "не найден*",
		"正しくありません", "間違", "無効", "エラー", "失敗", "一致しません", "错误", "錯誤", "不正确", "不正確", "无效", "無效", "失败", "失敗", "올바르지", "잘못", "일치하지", "틀렸", "실패", "오류",
	)
)
